import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, pkcs12

from keyferry.model.errors import SpecError
from keyferry.model.secrets import SecretValue
from keyferry.vault.forms import pem
from tests.fakes.certificates import key_pair
from tests.fakes.chains import chain

CHAIN = chain(3)


def _backed(order: tuple[int, ...] | None = None) -> SecretValue:
    return SecretValue(base64.b64encode(CHAIN.pkcs12(order)))


def test_a_certificate_becomes_pem() -> None:
    der = CHAIN.certificates[0].public_bytes(Encoding.DER)
    assert pem.of_certificate(SecretValue(der)).reveal() == CHAIN.certificates[0].public_bytes(Encoding.PEM)


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_pkcs12_becomes_the_key_and_then_leaf_to_root(order: tuple[int, ...]) -> None:
    text = pem.of_backed_secret(_backed(order), pem.PKCS12).reveal()
    assert text.startswith(b"-----BEGIN PRIVATE KEY-----\n")
    key = load_pem_private_key(text, None)
    assert key.public_key() == CHAIN.key.public_key()
    assert tuple(x509.load_pem_x509_certificates(text)) == CHAIN.certificates


def test_the_order_may_be_left_as_it_is() -> None:
    text = pem.of_backed_secret(_backed(), pem.PKCS12, ordered=False).reveal()
    assert set(x509.load_pem_x509_certificates(text)) == set(CHAIN.certificates)


def test_pem_comes_back_as_it_is() -> None:
    value = SecretValue(b"whatever stands there")
    assert pem.of_backed_secret(value, pem.PEM_FILE) == value


def _without_key() -> bytes:
    return pkcs12.serialize_key_and_certificates(
        b"x", None, None, [CHAIN.certificates[0]], serialization.NoEncryption()
    )


def _without_certificate() -> bytes:
    return pkcs12.serialize_key_and_certificates(b"x", CHAIN.key, None, None, serialization.NoEncryption())


@pytest.mark.parametrize(
    ("value", "content_type", "said"),
    [
        pytest.param(b"hunter2!", pem.PKCS12, "not PKCS#12", id="no-base64"),
        pytest.param(base64.b64encode(b"hunter2"), pem.PKCS12, "not PKCS#12", id="no-pkcs12"),
        pytest.param(base64.b64encode(_without_key()), pem.PKCS12, "no private key", id="no-key"),
        pytest.param(base64.b64encode(_without_certificate()), pem.PKCS12, "no certificate", id="no-certificate"),
        pytest.param(b"hunter2", "text/plain", "text/plain", id="other-type"),
        pytest.param(b"hunter2", "", "is empty", id="no-type"),
    ],
)
def test_what_cannot_be_pem_is_told_without_the_value(value: bytes, content_type: str, said: str) -> None:
    with pytest.raises(SpecError, match=said) as caught:
        pem.of_backed_secret(SecretValue(value), content_type)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_what_is_no_certificate_is_told() -> None:
    with pytest.raises(SpecError, match="not a certificate"):
        pem.of_certificate(SecretValue(b"hunter2"))


def test_certificates_and_key_are_parted_in_their_order() -> None:
    certificate, key = key_pair("a")
    other = key_pair("b")[0]
    pair = pem.parted(SecretValue(b"words\n" + certificate + key + b"more words\n" + other.rstrip()))
    assert pair.certificates.reveal() == certificate + other
    assert pair.key.reveal() == key


def test_nothing_is_parted_into_nothing() -> None:
    assert pem.parted(SecretValue(b"no blocks here")) == pem.Pair(certificates=SecretValue(b""), key=SecretValue(b""))
