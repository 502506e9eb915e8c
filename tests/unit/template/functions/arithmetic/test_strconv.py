"""Numbers are read out of text as Go reads them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.template.functions.arithmetic import strconv
from keyferry.template.functions.arithmetic.strconv import MAX_INT64, MIN_INT64


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        pytest.param(b"42", 10, (42, True), id="decimal"),
        pytest.param(b"+5", 10, (5, True), id="a-sign"),
        pytest.param(b"-5", 0, (-5, True), id="negative"),
        pytest.param(b"", 10, (0, False), id="nothing"),
        pytest.param(b"+", 0, (0, False), id="a-sign-alone"),
        pytest.param(b" 5", 10, (0, False), id="space"),
        pytest.param(b"5\n", 10, (0, False), id="a-line-end"),
        pytest.param("٣".encode(), 10, (0, False), id="other-digits"),
        pytest.param(b"1_000", 10, (0, False), id="no-underscores-in-a-known-base"),
        pytest.param(b"1_000", 0, (1000, True), id="underscores"),
        pytest.param(b"1__0", 0, (0, False), id="two-underscores"),
        pytest.param(b"_1", 0, (0, False), id="underscore-first"),
        pytest.param(b"1_", 0, (0, False), id="underscore-last"),
        pytest.param(b"0x1F", 0, (31, True), id="hexadecimal"),
        pytest.param(b"0X_1f", 0, (31, True), id="hexadecimal-with-underscore"),
        pytest.param(b"0b11", 0, (3, True), id="binary"),
        pytest.param(b"0o17", 0, (15, True), id="octal"),
        pytest.param(b"017", 0, (15, True), id="octal-by-a-zero"),
        pytest.param(b"0_17", 0, (15, True), id="octal-with-underscore"),
        pytest.param(b"08", 0, (0, False), id="no-octal-digit"),
        pytest.param(b"0", 0, (0, True), id="zero"),
        pytest.param(b"-00", 0, (0, True), id="zeros"),
        pytest.param(b"0_", 0, (0, False), id="zero-and-underscore"),
        pytest.param(b"0x", 0, (0, False), id="a-prefix-alone"),
        pytest.param(b"0b", 0, (0, False), id="another-prefix-alone"),
        pytest.param(b"777", 8, (511, True), id="base-eight"),
        pytest.param(b"", 8, (0, False), id="nothing-in-base-eight"),
        pytest.param(b"9223372036854775808", 10, (MAX_INT64, False), id="too-large"),
        pytest.param(b"-9223372036854775808", 0, (MIN_INT64, True), id="the-least"),
        pytest.param(b"-9223372036854775809", 0, (MIN_INT64, False), id="too-small"),
        pytest.param(b"9" * 10_000, 10, (MAX_INT64, False), id="longer-than-python-reads"),
        pytest.param(b"0" * 10_000 + b"7", 10, (7, True), id="many-zeros"),
    ],
)
def test_reads_whole_numbers(text: bytes, base: int, expected: tuple[int, bool]) -> None:
    assert strconv.parse_int(text, base) == expected


@settings(deadline=None)
@given(st.integers(MIN_INT64, MAX_INT64))
def test_reads_what_was_written(number: int) -> None:
    assert strconv.parse_int(b"%d" % number, 10) == (number, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(b"1.5", 1.5, id="a-fraction"),
        pytest.param(b".5", 0.5, id="no-whole-part"),
        pytest.param(b"5.", 5.0, id="no-fraction-after-the-point"),
        pytest.param(b"-1e3", -1000.0, id="an-exponent"),
        pytest.param(b"1_0.5", 10.5, id="underscores"),
        pytest.param(b"0x1p-2", 0.25, id="hexadecimal"),
        pytest.param(b"0x10", None, id="hexadecimal-without-exponent"),
        pytest.param(b"0x1p99999", None, id="hexadecimal-too-large"),
        pytest.param(b"+Infinity", float("inf"), id="infinite"),
        pytest.param(b"1e400", None, id="too-large"),
        pytest.param(b"", None, id="nothing"),
        pytest.param(b".", None, id="a-point"),
        pytest.param(b" 1", None, id="space"),
        pytest.param(b"1_", None, id="underscore-last"),
    ],
)
def test_reads_floats(text: bytes, expected: float | None) -> None:
    assert strconv.parse_float(text) == expected


def test_reads_what_is_no_number() -> None:
    found = strconv.parse_float(b"NaN")
    assert found is not None
    assert found != found  # noqa: PLR0124  (that is what it is)
    assert strconv.parse_float(b"+nan") is None
