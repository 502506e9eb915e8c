"""keyferry.provision.intake_texts"""

import io
import os
from pathlib import Path

import pytest

from keyferry.provision import intake_texts
from keyferry.provision.intake_texts import Text, Unreadable


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param(b"a: b\n", "a: b\n", id="utf-8"),
        pytest.param(b"\xef\xbb\xbfa: b", "a: b", id="utf-8-with-a-mark"),
        pytest.param("a: b".encode("utf-16"), "a: b", id="utf-16"),
        pytest.param(b"", "", id="empty"),
        pytest.param(b"x" * 600_000, "x" * 600_000, id="in-several-pieces"),
    ],
)
def test_reads_files_and_streams(tmp_path: Path, content: bytes, text: str) -> None:
    (tmp_path / "a.yaml").write_bytes(content)
    assert intake_texts.of_file(tmp_path / "a.yaml") == Text(name=str(tmp_path / "a.yaml"), text=text)
    assert intake_texts.of_stream("-", io.BytesIO(content)) == Text(name="-", text=text)


def refused(path: Path) -> str:
    with pytest.raises(Unreadable) as caught:
        intake_texts.of_file(path)
    assert caught.value.name == str(path)
    return caught.value.message


def test_says_why_a_file_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\x00\xfe")
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "gone") == "cannot be read: No such file or directory"
    assert refused(tmp_path) == "is no file"
    assert refused(tmp_path / "pipe") == "is no file"
    assert refused(tmp_path / "binary") == "is no text"


def test_a_file_without_an_end_is_left(tmp_path: Path) -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b"a" * size

    with pytest.raises(Unreadable) as caught:
        intake_texts.of_stream("-", Endless())  # type: ignore[arg-type]  # (all that is read of it is `read`)
    assert caught.value.message == "is larger than 32 MiB"


def test_all_texts_together_are_bounded() -> None:
    budget = intake_texts.Budget(5)
    first, second = Text(name="a", text="123"), Text(name="b", text="456")
    assert budget.spend(first) is first
    with pytest.raises(Unreadable) as caught:
        budget.spend(second)
    assert (caught.value.name, caught.value.message) == ("b", "is more than an estate can have")


def test_variables_hold_texts() -> None:
    assert intake_texts.of_variable("SITES", {"SITES": "[]"}) == Text(name="$SITES", text="[]")


@pytest.mark.parametrize("environ", [{}, {"SITES": " \n"}], ids=["not-set", "blank"])
def test_says_that_a_variable_is_not_set(environ: dict[str, str]) -> None:
    with pytest.raises(Unreadable) as caught:
        intake_texts.of_variable("SITES", environ)
    assert (caught.value.name, caught.value.message) == ("$SITES", "is not set in the environment")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An estate's folder: its own file, two files of sites, one of each below, and one outside that a link names."""
    estate = tmp_path / "estate"
    (estate / "sites" / "deep").mkdir(parents=True)
    for name in ("keyferry.yaml", "b.yaml", "sites/a.yaml", "sites/c.json", "sites/deep/d.yaml", "../out.yaml"):
        (estate / name).write_text("")
    for name in (".hidden", "links"):
        (estate / name).mkdir()
    (estate / ".hidden" / "a.yaml").write_text("")
    (estate / "sites" / ".swap.yaml").write_text("")
    (estate / "sites" / "deep" / "round").symlink_to(estate)
    (estate / "links" / "out.yaml").symlink_to(tmp_path / "out.yaml")
    (estate / "links" / "b.yaml").symlink_to(estate / "b.yaml")
    return estate


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param("sites/*.yaml", ["sites/a.yaml"], id="one-folder"),
        pytest.param("sites/*", ["sites/a.yaml", "sites/c.json"], id="folders-are-no-files"),
        pytest.param("sites/**/*.yaml", ["sites/a.yaml", "sites/deep/d.yaml"], id="all-below"),
        pytest.param("*.yaml", ["b.yaml"], id="not-the-estate-itself"),
        pytest.param("links/b.yaml", ["links/b.yaml"], id="a-link-that-stays"),
        pytest.param("none/*.yaml", "means no file", id="nothing"),
        pytest.param("../*.yaml", "leads out of the estate's folder", id="out"),
        pytest.param("links/o*", 'means "out.yaml", a link out of the estate\'s folder', id="a-link-that-leads-out"),
        pytest.param("[z-a]*.yaml", "means no file", id="no-class"),
        pytest.param(".", "is no glob: ** stands alone between two /, and something must be named", id="no-name"),
        pytest.param("/", "is no glob: ** stands alone between two /, and something must be named", id="the-root"),
        pytest.param(
            "a**/b", "is no glob: ** stands alone between two /, and something must be named", id="stars-beside-a-name"
        ),
        pytest.param(".hidden/*.yaml", [".hidden/a.yaml"], id="hidden-by-name"),
        pytest.param("x" * 1000, "cannot be looked for: File name too long", id="too-long"),
    ],
)
def test_globs(folder: Path, pattern: str, expected: list[str] | str) -> None:
    found = intake_texts.of_glob(pattern, folder / "keyferry.yaml")
    wanted = expected if isinstance(expected, str) else [folder / name for name in expected]
    assert found == wanted


def test_an_absolute_glob_may_lead_anywhere(folder: Path) -> None:
    outside = folder.parent / "out.yaml"
    assert intake_texts.of_glob(str(outside), folder / "keyferry.yaml") == [outside]


def test_a_glob_of_very_many_files_is_refused(folder: Path) -> None:
    assert intake_texts.of_glob("sites/**/*", folder / "keyferry.yaml", most=3) == "means more than 3 files"
    assert len(intake_texts.of_glob("sites/**/*", folder / "keyferry.yaml")) == 3


def test_each_file_comes_once(folder: Path) -> None:
    paths = [folder / "b.yaml", folder / "links" / "b.yaml", folder / "sites" / "a.yaml", folder / "b.yaml"]
    assert list(intake_texts.once(paths)) == [folder / "b.yaml", folder / "sites" / "a.yaml"]
