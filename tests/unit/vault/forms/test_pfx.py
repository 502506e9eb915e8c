import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from keyferry.vault.forms import pfx
from tests.fakes.chains import chain

CHAIN = chain(2)


def test_the_keys_certificate_comes_first() -> None:
    bundle = pfx.opened(CHAIN.pkcs12())
    assert bundle is not None
    assert bundle.certificates == CHAIN.certificates
    assert bundle.key is not None


def test_what_is_not_quite_der_is_taken_without_a_warning() -> None:
    bundle = pfx.opened(CHAIN.pkcs12() + b"\x00")
    assert bundle is not None
    assert bundle.certificates == CHAIN.certificates


def _locked() -> bytes:
    return pkcs12.serialize_key_and_certificates(
        b"x", CHAIN.key, CHAIN.certificates[0], None, BestAvailableEncryption(b"p")
    )


@pytest.mark.parametrize(
    "content", [b"", b"hunter2", CHAIN.pkcs12()[:200], _locked()], ids=["", "words", "cut", "locked"]
)
def test_all_else_is_none(content: bytes) -> None:
    assert pfx.opened(content) is None
