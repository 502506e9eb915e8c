"""RSA-OAEP, by the hash that was named."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from keyferry.template.functions.crypto.rsa_decryption import rsa_decrypt
from keyferry.template.functions.function import Fault
from tests.fakes.template_keys import TRADITIONAL, ec_key, pem, rsa_key, world


def encrypted(algorithm: hashes.HashAlgorithm) -> bytes:
    return rsa_key().public_key().encrypt(b"hi", padding.OAEP(padding.MGF1(algorithm), algorithm, None))


@pytest.mark.parametrize(
    ("name", "algorithm"),
    [
        (b"SHA1", hashes.SHA1()),
        (b"SHA256", hashes.SHA256()),
        (b"SHA512", hashes.SHA512()),
        (b"None", hashes.SHA256()),
        (b"other", hashes.SHA256()),
    ],
)
def test_decrypts(name: bytes, algorithm: hashes.HashAlgorithm) -> None:
    key = b"junk\n" + pem(rsa_key(), TRADITIONAL)
    assert rsa_decrypt(world(), b"RSA-OAEP", name, encrypted(algorithm), key) == b"hi"


def test_no_scheme_leaves_the_text() -> None:
    assert rsa_decrypt(world(), b"None", b"", b"text", b"") == b"text"


@pytest.mark.parametrize(
    ("scheme", "name", "key"),
    [
        pytest.param(b"RSA-PKCS1", b"SHA256", pem(rsa_key()), id="scheme"),
        pytest.param(b"RSA-OAEP", b"SHA512", pem(rsa_key()), id="hash"),
        pytest.param(b"RSA-OAEP", b"SHA256", b"", id="no-key"),
        pytest.param(b"RSA-OAEP", b"SHA256", pem(ec_key()), id="another-kind"),
    ],
)
def test_refuses(scheme: bytes, name: bytes, key: bytes) -> None:
    with pytest.raises(Fault):
        rsa_decrypt(world(), scheme, name, encrypted(hashes.SHA256()), key)
