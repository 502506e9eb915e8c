import pytest

from keyferry.model.errors import SpecError
from keyferry.model.secrets import SecretValue
from keyferry.spec.azure_mount import ObjectEncoding
from keyferry.vault.forms.encodings import decoded


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        pytest.param(b"as it is\n", ObjectEncoding.UTF_8, b"as it is\n", id="utf-8"),
        pytest.param(b"00fF", ObjectEncoding.HEX, b"\x00\xff", id="hex"),
        pytest.param(b"aGk=", ObjectEncoding.BASE64, b"hi", id="base64"),
        pytest.param(b"aG\r\nk=\n", ObjectEncoding.BASE64, b"hi", id="base64-with-line-ends"),
        pytest.param(b"", ObjectEncoding.BASE64, b"", id="nothing"),
    ],
)
def test_the_text_stands_for_bytes(text: bytes, encoding: ObjectEncoding, expected: bytes) -> None:
    assert decoded(SecretValue(text), encoding).reveal() == expected


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        pytest.param(b"hunter2", ObjectEncoding.HEX, id="odd-hex"),
        pytest.param(b"00 ff", ObjectEncoding.HEX, id="hex-with-a-blank"),
        pytest.param(b"hunter2", ObjectEncoding.BASE64, id="no-padding"),
        pytest.param(b"hunter2_", ObjectEncoding.BASE64, id="other-alphabet"),
        pytest.param("hünter2".encode(), ObjectEncoding.BASE64, id="no-ascii"),
    ],
)
def test_what_stands_for_nothing_is_told_without_the_value(text: bytes, encoding: ObjectEncoding) -> None:
    with pytest.raises(SpecError, match=str(encoding)) as caught:
        decoded(SecretValue(text), encoding)
    assert "nter2" not in str(caught.value)
    assert caught.value.__context__ is None
