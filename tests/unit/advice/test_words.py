"""Names in sentences."""

import pytest

from keyferry.advice.words import listed, quoted


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("db", '"db"', id="short"),
        pytest.param("a\nb\t c", '"a b c"', id="on-one-line"),
        pytest.param("a" * 60, f'"{"a" * 60}"', id="as-long-as-may-be"),
        pytest.param("a" * 50 + "b" * 50, f'"{"a" * 30}…{"b" * 29}"', id="cut-in-the-middle"),
    ],
)
def test_a_name_fits_in_a_sentence(name: str, expected: str) -> None:
    assert quoted(name) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(["a"], '"a"', id="one"),
        pytest.param(["a", "b", "c"], '"a", "b", "c"', id="three"),
        pytest.param(["a", "b", "c", "d", "e"], '"a", "b", "c" and 2 more', id="five"),
    ],
)
def test_many_names_are_counted(names: list[str], expected: str) -> None:
    assert listed(names) == expected
