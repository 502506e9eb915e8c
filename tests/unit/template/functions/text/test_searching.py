"""Parts of strings are found, replaced, repeated and cut by bytes."""

from typing import Any

import pytest

from keyferry.template.functions.function import Fault, LimitReached
from keyferry.template.functions.text.searching import FUNCTIONS
from tests.fakes.template_functions import call, world


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        pytest.param("contains", (b"b", b"abc"), True, id="contains"),
        pytest.param("hasPrefix", (b"a", b"abc"), True, id="has-prefix"),
        pytest.param("hasSuffix", (b"a", b"abc"), False, id="has-no-suffix"),
        pytest.param("replace", (b"a", b"", b"banana"), b"bnn", id="replace"),
        pytest.param("replace", (b"", b"-", "hé".encode()), "-h-é-".encode(), id="replace-nothing-between-characters"),
        pytest.param("repeat", (3, b"ab"), b"ababab", id="repeat"),
        pytest.param("repeat", (1 << 62, b""), b"", id="repeat-nothing"),
        pytest.param("substr", (1, 3, b"hello"), b"el", id="substr"),
        pytest.param("substr", (-1, 3, b"hello"), b"hel", id="substr-from-the-beginning"),
        pytest.param("substr", (2, -1, b"hello"), b"llo", id="substr-to-the-end"),
        pytest.param("substr", (2, 99, b"hello"), b"llo", id="substr-past-the-end"),
        pytest.param("trunc", (2, "aé".encode()), b"a\xc3", id="trunc-inside-a-character"),
        pytest.param("trunc", (-2, b"hello"), b"lo", id="trunc-from-the-end"),
        pytest.param("trunc", (-9, b"hello"), b"hello", id="trunc-more-than-there-is"),
    ],
)
def test_gives(name: str, arguments: Any, expected: Any) -> None:
    assert call(FUNCTIONS, name, *arguments) == expected


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        pytest.param("repeat", (-1, b"a"), id="a-negative-count"),
        pytest.param("substr", (3, 2, b"hello"), id="bounds-crossed"),
        pytest.param("substr", (9, -1, b"hello"), id="start-past-the-end"),
        pytest.param("substr", (-1, 9, b"hello"), id="end-past-the-end"),
    ],
)
def test_faults(name: str, arguments: Any) -> None:
    with pytest.raises(Fault):
        call(FUNCTIONS, name, *arguments)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        pytest.param("repeat", (1 << 62, b"ab"), id="repeat"),
        pytest.param("replace", (b"a", b"b" * 1000, b"a" * 1000), id="replace"),
        pytest.param("replace", (b"", b"b" * 1000, b"a" * 1000), id="replace-nothing"),
    ],
)
def test_growth_is_bounded(name: str, arguments: Any) -> None:
    with pytest.raises(LimitReached):
        call(FUNCTIONS, name, *arguments, within=world(bytes_left=100_000))
