"""AES as sprig has it: what it encrypts it decrypts, and other things it refuses."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.template.functions.crypto import aes
from keyferry.template.functions.function import Fault
from tests.fakes.template_keys import world


@given(st.binary(max_size=40), st.binary(max_size=50))
def test_decrypts_what_it_encrypted(password: bytes, text: bytes) -> None:
    assert aes.decrypt(world(), password, aes.encrypt(world(), password, text)) == text


def test_reads_what_sprig_wrote() -> None:
    assert aes.decrypt(world(), b"secretkey", b"AAECAwQFBgcICQoLDA0OD3ekcw4lRkZoUy3H/eonFzY=\n") == b"hello world"


def test_a_start_of_its_own_stands_before() -> None:
    assert base64.b64decode(aes.encrypt(world(), b"", b"x"))[:16] == bytes(16)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"!", id="no-base64"),
        pytest.param(base64.b64encode(bytes(16)), id="only-the-start"),
        pytest.param(base64.b64encode(bytes(33)), id="no-whole-block"),
        pytest.param(b"AAECAwQFBgcICQoLDA0OD3ekcw4lRkZoUy3H/eonFzY=", id="another-password"),
    ],
)
def test_refuses(text: bytes) -> None:
    with pytest.raises(Fault):
        aes.decrypt(world(), b"wrong", text)
