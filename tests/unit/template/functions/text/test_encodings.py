"""What decodes is decoded, what does not gives Go's error text."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.template.functions.text.encodings import FUNCTIONS
from tests.fakes.template_functions import call


@settings(deadline=None)
@given(st.binary())
def test_round_trips(value: bytes) -> None:
    assert call(FUNCTIONS, "b64dec", call(FUNCTIONS, "b64enc", value)) == value
    assert call(FUNCTIONS, "b32dec", call(FUNCTIONS, "b32enc", value)) == value
    assert call(FUNCTIONS, "hexdec", value.hex().encode()) == value


@settings(deadline=None)
@given(st.text(alphabet="AB2=\n!", max_size=12))
def test_never_raises(text: str) -> None:
    for name in ("b64dec", "b32dec", "hexdec"):
        assert isinstance(call(FUNCTIONS, name, text.encode()), bytes)


@pytest.mark.parametrize(
    ("text", "stop"),
    [
        pytest.param(b"YQ", 0, id="no-padding"),
        pytest.param(b"Y", 0, id="one-letter"),
        pytest.param(b"YWJjY", 4, id="a-letter-too-many"),
        pytest.param(b"Y===", 1, id="padding-too-early"),
        pytest.param(b"=", 0, id="padding-alone"),
        pytest.param(b"YQ=", 3, id="half-the-padding"),
        pytest.param(b"YQ=x", 2, id="a-letter-in-the-padding"),
        pytest.param(b"YQ==x", 4, id="a-letter-after-the-padding"),
        pytest.param(b"YWI=x", 4, id="a-letter-after-short-padding"),
        pytest.param(b"YQ=\n=\n!", 6, id="line-ends-in-the-padding"),
        pytest.param(b"aGVs bG8=", 4, id="space"),
        pytest.param(b"_-==", 0, id="the-other-alphabet"),
    ],
)
def test_base64_errors_say_where(text: bytes, stop: int) -> None:
    assert call(FUNCTIONS, "b64dec", text) == b"illegal base64 data at input byte %d" % stop


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(b"aGVs\r\nbG8=\n", b"hello", id="line-ends"),
        pytest.param(b"YR==", b"a", id="unused-bits"),
        pytest.param(b"", b"", id="nothing"),
    ],
)
def test_base64_is_lenient(text: bytes, expected: bytes) -> None:
    assert call(FUNCTIONS, "b64dec", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(b"ME\n======", b"a", id="line-ends"),
        pytest.param(b"ME======x", b"a", id="what-follows-the-padding-is-not-read"),
        pytest.param(b"ME", b"illegal base32 data at input byte 0", id="no-padding"),
        pytest.param(b"me======", b"illegal base32 data at input byte 0", id="small-letters"),
        pytest.param(b"M=======", b"illegal base32 data at input byte 1", id="padding-too-early"),
        pytest.param(b"ME=====", b"illegal base32 data at input byte 7", id="padding-too-short"),
        pytest.param(b"ME==A===", b"illegal base32 data at input byte 3", id="a-letter-in-the-padding"),
        pytest.param(b"MEA=====", b"illegal base32 data at input byte 3", id="a-length-that-cannot-be"),
        pytest.param(b"ME=========", b"illegal base32 data at input byte 2", id="padding-too-long"),
    ],
)
def test_base32_says_where(text: bytes, expected: bytes) -> None:
    assert call(FUNCTIONS, "b32dec", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(b"686", b"encoding/hex: odd length hex string", id="odd"),
        pytest.param(b"6g6", b"encoding/hex: invalid byte: U+0067 'g'", id="a-letter"),
        pytest.param(b"6\n", b"encoding/hex: invalid byte: U+000A", id="not-printable"),
        pytest.param(b"6 ", b"encoding/hex: invalid byte: U+0020 ' '", id="space"),
        pytest.param(b"\xe9", "encoding/hex: invalid byte: U+00E9 'é'".encode(), id="a-byte-as-character"),
    ],
)
def test_hex_says_what(text: bytes, expected: bytes) -> None:
    assert call(FUNCTIONS, "hexdec", text) == expected


def test_encodes_as_everybody() -> None:
    assert call(FUNCTIONS, "b64enc", b"\xff\xfe") == base64.b64encode(b"\xff\xfe")
