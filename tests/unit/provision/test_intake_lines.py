"""keyferry.provision.intake_lines"""

from keyferry.provision import intake_documents, intake_lines
from keyferry.provision.intake_lines import InvalidFiles, Line
from keyferry.provision.intake_texts import Text, Unreadable
from keyferry.spec.estate.origins import Origin, Placed
from keyferry.spec.problems import Problem


def placed(path: str, remedy: str = "mend it", file: str = "", document: int = 0) -> Placed:
    return Placed(
        origin=Origin(file=file, document=document), problem=Problem(path=path, message="is wrong", remedy=remedy)
    )


OPENED = {
    "": intake_documents.documents(Text(name="k.yaml", text="a: 1\nb: 2\n")),
    "s.yaml": intake_documents.documents(Text(name="s.yaml", text="a: 1\n---\n- b: 2\n")),
}


def test_a_problem_has_its_file_and_line() -> None:
    found = [placed("b"), placed("[0].b", file="s.yaml", document=1), placed("", remedy="")]
    assert [str(line) for line in intake_lines.of_placed(found, OPENED, "k.yaml")] == [
        "k.yaml:2: b: is wrong (mend it)",
        "s.yaml:3: [0].b: is wrong (mend it)",
        "k.yaml:1: is wrong",
    ]


def test_what_cannot_be_read_has_its_file() -> None:
    assert str(intake_lines.of_unreadable(Unreadable("a.yaml", "is no text", "mend it"))) == (
        "a.yaml: is no text (mend it)"
    )
    assert str(intake_lines.of_unreadable(Unreadable("a.yaml", "is odd", "look", line=3))) == "a.yaml:3: is odd (look)"


def test_lines_are_in_the_order_of_files_and_then_of_lines() -> None:
    lines = [Line("z", 9, "x"), Line("a", 2, "x"), Line("z", 1, "x"), Line("z", 0, "x")]
    assert intake_lines.in_order(lines) == ("z: x", "z:1: x", "z:9: x", "a:2: x")


def test_nothing_steers_the_terminal() -> None:
    assert str(Line("a\x1b[31m", 1, "b\x07")) == "a�[31m:1: b�"


def test_an_error_counts_and_lists() -> None:
    error = InvalidFiles("k.yaml", [Line("k.yaml", 1, "is wrong")])
    assert (error.what, error.cause, error.lines) == (
        "the estate in k.yaml has a problem",
        "k.yaml:1: is wrong",
        ("k.yaml:1: is wrong",),
    )


def test_an_error_lists_the_first_of_very_many() -> None:
    error = InvalidFiles("k.yaml", [Line("k.yaml", number, "is wrong") for number in range(1, 1062)])
    assert error.what == "the estate in k.yaml has 1,061 problems"
    assert len(error.cause.splitlines()) == intake_lines.SHOWN + 1
    assert error.cause.endswith("\nand 1011 more")
    assert len(error.lines) == 1061
