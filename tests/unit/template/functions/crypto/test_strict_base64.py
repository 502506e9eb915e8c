"""Base64 is decoded as Go decodes it."""

import pytest

from keyferry.template.functions.crypto.strict_base64 import decoded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(b"", b"", id="nothing"),
        pytest.param(b"aGk=", b"hi", id="padded"),
        pytest.param(b"aG\r\nk=\n", b"hi", id="line-ends"),
        pytest.param(b"aGl=", b"hi", id="unused-bits"),
        pytest.param(b"aGk", None, id="without-padding"),
        pytest.param(b"aGk==", None, id="too-much-padding"),
        pytest.param(b"aG k=", None, id="space"),
        pytest.param(b"_-8=", None, id="other-alphabet"),
    ],
)
def test_decodes(text: bytes, found: bytes | None) -> None:
    assert decoded(text) == found
