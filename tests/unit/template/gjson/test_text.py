import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.template.gjson import text as gjson_text


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        pytest.param(rb"plain", b"plain", id="plain"),
        pytest.param(rb"\"\\\/\b\f\n\r\t", b'"\\/\b\f\n\r\t', id="letters"),
        pytest.param(rb"\u00e9", "é".encode(), id="code"),
        pytest.param(rb"\ud83d\ude00!", "😀!".encode(), id="pair"),
        pytest.param(rb"\ud83dx", "�x".encode(), id="half-a-pair"),
        pytest.param(rb"\ud83d\u0041", "�".encode(), id="half-a-pair-takes-the-next-code"),
        pytest.param(rb"\uZZZZ!", b"\0!", id="no-code"),
        pytest.param(rb"a\u12", b"a", id="short-code"),
        pytest.param(b"a\\", b"a", id="ends-in-an-escape"),
        pytest.param(rb"a\xb", b"a", id="unknown-escape"),
        pytest.param(b"a\x01b", b"a", id="control-character"),
    ],
)
def test_reads_strings_up_to_what_they_may_not_hold(inner: bytes, expected: bytes) -> None:
    assert gjson_text.unescape(inner) == expected


@given(st.text(st.characters(codec="utf-8")))
def test_reads_back_what_it_quotes(text: str) -> None:
    quoted = gjson_text.quote(text.encode())
    assert json.loads(quoted) == text
    assert gjson_text.unescape(quoted[1:-1]) == text.encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(b"<&>", rb'"\u003c\u0026\u003e"', id="html"),
        pytest.param("\u2028".encode(), rb'"\u2028"', id="line-separator"),
        pytest.param(b"\xff", rb'"\ufffd"', id="not-utf-8"),
        pytest.param(b"\x01\n", rb'"\u0001\n"', id="control"),
    ],
)
def test_quotes_as_go_does(text: bytes, expected: bytes) -> None:
    assert gjson_text.quote(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(b"1.5", 1.5, id="decimal"),
        pytest.param(b"1.", 1.0, id="point-at-the-end"),
        pytest.param(b".5", 0.5, id="point-at-the-start"),
        pytest.param(b"-1E+2", -100.0, id="exponent"),
        pytest.param(b"+Inf", math.inf, id="infinity"),
        pytest.param(b"0x10p-1", 8.0, id="hexadecimal"),
        pytest.param(b"0x1p99999", math.inf, id="hexadecimal-overflow"),
        pytest.param(b"-0x1p99999", -math.inf, id="negative-hexadecimal-overflow"),
        pytest.param(b"1e400", math.inf, id="overflow"),
        pytest.param(b"1_000", 0.0, id="underscore"),
        pytest.param(b"nope", 0.0, id="word"),
        pytest.param(b"", 0.0, id="empty"),
        pytest.param("１".encode(), 0.0, id="other-digits"),
    ],
)
def test_reads_numbers_as_go_does(text: bytes, expected: float) -> None:
    assert gjson_text.parse_float(text) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(b"12345678901234567890", b"12345678901234567890", id="whole-to-the-letter"),
        pytest.param(b"007", b"007", id="zeros-stay"),
        pytest.param(b"1.10", b"1.1", id="float-anew"),
        pytest.param(b"1.0", b"1", id="no-point"),
        pytest.param(b"1e21", b"1000000000000000000000", id="no-exponent"),
        pytest.param(b"1.5e-7", b"0.00000015", id="small"),
        pytest.param(b"-0.0", b"-0", id="negative-zero"),
        pytest.param(b"1e400", b"+Inf", id="infinite"),
        pytest.param(b"-1e400", b"-Inf", id="negative-infinite"),
        pytest.param(b"nan", b"NaN", id="nan"),
    ],
)
def test_prints_numbers_as_go_does(raw: bytes, expected: bytes) -> None:
    assert gjson_text.render_number(raw) == expected
