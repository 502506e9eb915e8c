import pytest

from keyferry.spec import labels
from keyferry.spec.problems import Problems


def told(problems: Problems) -> list[str]:
    assert all(problem.remedy for problem in problems.found)
    return [str(problem) for problem in problems.found]


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        pytest.param("environment", "test", [], id="plain"),
        pytest.param("app.kubernetes.io/Name", "My_App.v1", [], id="prefix"),
        pytest.param("a", "", [], id="empty-value"),
        pytest.param("a" * 63, "b" * 63, [], id="just-fits"),
        pytest.param("", "x", ["l[]: cannot be a key of labels or annotations"], id="empty-key"),
        pytest.param("a" * 64, "x", [f"l[{'a' * 64}]: cannot be a key of labels or annotations"], id="long-key"),
        pytest.param("/a", "x", ["l[/a]: cannot be a key of labels or annotations"], id="empty-prefix"),
        pytest.param("A.io/a", "x", ["l[A.io/a]: cannot be a key of labels or annotations"], id="upper-case-prefix"),
        pytest.param("a/b/c", "x", ["l[a/b/c]: cannot be a key of labels or annotations"], id="two-slashes"),
        pytest.param("a", "b c", ['l[a]: "b c" cannot be the value of a label'], id="blank-in-value"),
        pytest.param("a", "-b", ['l[a]: "-b" cannot be the value of a label'], id="hyphen-first"),
        pytest.param("a", "b" * 64, [f'l[a]: "{"b" * 64}" cannot be the value of a label'], id="long-value"),
    ],
)
def test_knows_labels(key: str, value: str, expected: list[str]) -> None:
    problems = Problems()
    labels.check_labels({key: value}, "l", problems)
    assert told(problems) == expected


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        pytest.param({"Example.com/Note": "any text at all\n"}, [], id="any-value-and-any-case-of-the-prefix"),
        pytest.param({"a b": "x"}, ["n[a b]: cannot be a key of labels or annotations"], id="key"),
        pytest.param({"a": "x" * 262_143}, [], id="just-fits"),
        pytest.param({"a": "x" * 262_144}, ["n: have 262145 bytes together, 262144 are allowed"], id="too-large"),
    ],
)
def test_knows_annotations(annotations: dict[str, str], expected: list[str]) -> None:
    problems = Problems()
    labels.check_annotations(annotations, "n", problems)
    assert told(problems) == expected
