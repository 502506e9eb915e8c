"""A mistake finds its line and column, in characters."""

import pytest

from keyferry.template.language.mistakes import Mistake, limit


@pytest.mark.parametrize(
    ("text", "at", "place"),
    [
        ("abc", 0, (1, 1)),
        ("abc", 2, (1, 3)),
        ("é\nüx", 3, (2, 2)),
        ("a\n\n", 3, (3, 1)),
    ],
)
def test_the_place(text: str, at: int, place: tuple[int, int]) -> None:
    error = Mistake("exec/no-field", "it has no field", at).within(text)
    assert (error.line, error.column) == place
    assert (error.kind, error.cause) == ("exec/no-field", "it has no field")
    assert "keyferry template" in error.remedy


def test_a_remedy_of_its_own() -> None:
    assert Mistake("exec/no-field", "it has no field", 0, "give it one").within("").remedy == "give it one"


@pytest.mark.parametrize("what", ["steps", "bytes", "depth"])
def test_limits(what: str) -> None:
    assert limit(what, 3).kind == f"limit/{what}"
