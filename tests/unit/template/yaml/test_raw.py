"""Keys keep their types, and errors quote values as Go's %#v does."""

import pytest

from keyferry.template.yaml.raw import Pairs, Raw, go_syntax


def pairs(*members: tuple[str | int | float | bool | None, Raw]) -> Pairs:
    made = Pairs()
    for key, value in members:
        made[key] = value
    return made


def test_keys_keep_their_types_and_the_last_of_one_wins() -> None:
    made = pairs((1, "a"), (True, "b"), ("1", "c"), (1.0, "d"), (1, "e"))
    assert list(made) == [(1, "e"), (True, "b"), ("1", "c"), (1.0, "d")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(None, "interface {}(nil)", id="nil"),
        pytest.param(True, "true", id="bool"),
        pytest.param('a"b', '"a\\"b"', id="string"),
        pytest.param(5, "5", id="int"),
        pytest.param(1 << 63, "0x8000000000000000", id="uint64"),
        pytest.param(1.5, "1.5", id="float"),
        pytest.param([1, "a"], '[]interface {}{1, "a"}', id="list"),
        pytest.param(pairs(("a", 1)), 'map[interface {}]interface {}{"a":1}', id="map"),
        pytest.param("x" * 500, '"' + "x" * 398 + "…", id="cut"),
    ],
)
def test_quotes_as_go(value: Raw, text: str) -> None:
    assert go_syntax(value) == text
