import pytest

from keyferry.model.errors import Where
from keyferry.spec.problems import InvalidDocument, Problems, did_you_mean


def test_lists_every_problem_in_one_error() -> None:
    problems = Problems()
    problems.add("spec.a", "is missing", "add it")
    problems.add("spec.b", "is missing", "add it")
    problems.add("spec.c", "is wrong")
    with pytest.raises(InvalidDocument) as caught:
        problems.raise_if_any(kind="ExternalSecret", namespace="app", name="x")
    error = caught.value
    assert error.what == "ExternalSecret app/x is invalid"
    assert error.cause == "spec.a: is missing; spec.b: is missing; spec.c: is wrong"
    assert error.remedy == "spec.a: add it; spec.b: add it"
    assert error.where == Where(kind="ExternalSecret", namespace="app", name="x", path="spec.a")
    assert [problem.path for problem in error.problems] == ["spec.a", "spec.b", "spec.c"]


def test_names_an_object_of_a_file_without_a_namespace() -> None:
    problems = Problems()
    problems.add("spec", "is missing")
    with pytest.raises(InvalidDocument, match=r"^SecretStore kv is invalid"):
        problems.raise_if_any(kind="SecretStore", namespace="", name="kv")


def test_no_problem_is_no_error() -> None:
    problems = Problems()
    problems.raise_if_any(kind="SecretStore", namespace="app", name="kv")
    assert not problems


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("refreshIntervall", 'did you mean "refreshInterval"?', id="typo"),
        pytest.param("REFRESHINTERVAL", 'did you mean "refreshInterval"?', id="case"),
        pytest.param("zzz", "", id="nothing-near"),
    ],
)
def test_knows_near_misses(word: str, expected: str) -> None:
    assert did_you_mean(word, ["refreshInterval", "data"]) == expected


def test_a_single_remedy_stands_alone() -> None:
    problems = Problems()
    problems.add("spec.a", "is missing", "add it")
    with pytest.raises(InvalidDocument) as caught:
        problems.raise_if_any(kind="SecretStore", namespace="app", name="kv")
    assert caught.value.remedy == "add it"


def test_tells_the_first_of_very_many_and_counts_the_rest() -> None:
    problems = Problems()
    for number in range(10_000):
        problems.add(f"spec.data[{number}]", "is wrong", "remove it")
    with pytest.raises(InvalidDocument) as caught:
        problems.raise_if_any(kind="ExternalSecret", namespace="app", name="x")
    assert len(str(caught.value)) < 1_000
    assert caught.value.cause.endswith("spec.data[9]: is wrong; and 9990 more")
    assert len(caught.value.problems) == 10_000


def test_counts_without_copying() -> None:
    """Checking asks at every field: with a copy each time a document of 40,000 mistakes took a quarter of a minute."""
    problems = Problems()
    for number in range(3):
        assert len(problems) == number
        problems.add("spec", "is wrong")
