import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.keys import ciphers
from tests.fakes.lab_azure import private_key

RSA = private_key("RSA-2048")
P256 = private_key("P-256")
SHORT = hashlib.sha256(b"x").digest()


@pytest.mark.parametrize(
    ("spec", "algorithm", "hash_name", "length"),
    [
        pytest.param("RSA-2048", "RS256", "sha256", 256, id="RS256"),
        pytest.param("RSA-2048", "RS384", "sha384", 256, id="RS384"),
        pytest.param("RSA-2048", "PS512", "sha512", 256, id="PS512"),
        pytest.param("P-256", "ES256", "sha256", 64, id="ES256"),
        pytest.param("P-256K", "ES256K", "sha256", 64, id="ES256K"),
        pytest.param("P-384", "ES384", "sha384", 96, id="ES384"),
        pytest.param("P-521", "ES512", "sha512", 132, id="ES512"),
    ],
)
def test_a_signature_is_of_its_digest_alone(spec: str, algorithm: str, hash_name: str, length: int) -> None:
    pem = private_key(spec)
    digest, other = (hashlib.new(hash_name, text).digest() for text in (b"a", b"b"))
    signature = ciphers.sign(pem, algorithm, digest)
    assert len(signature) == length
    assert ciphers.verify(pem, algorithm, digest, signature)
    assert not ciphers.verify(pem, algorithm, other, signature)
    assert not ciphers.verify(pem, algorithm, digest, b"")


@pytest.mark.parametrize(
    ("pem", "algorithm", "digest", "named"),
    [
        pytest.param(RSA, "ES256", SHORT, "alg", id="algorithm-of-ec"),
        pytest.param(P256, "RS256", SHORT, "alg", id="algorithm-of-rsa"),
        pytest.param(P256, "ES384", SHORT, "alg", id="algorithm-of-another-curve"),
        pytest.param(RSA, "RS512", SHORT, "value", id="digest-too-short"),
        pytest.param(P256, "ES256", b"", "value", id="no-digest"),
    ],
)
def test_refuses_to_sign(pem: str, algorithm: str, digest: bytes, named: str) -> None:
    with pytest.raises(RefusedError, match=named):
        ciphers.sign(pem, algorithm, digest)
    with pytest.raises(RefusedError, match=named):
        ciphers.verify(pem, algorithm, digest, b"")


@settings(max_examples=10)
@given(plain=st.binary(max_size=100), algorithm=st.sampled_from(["RSA1_5", "RSA-OAEP", "RSA-OAEP-256"]))
def test_what_is_encrypted_can_be_read(plain: bytes, algorithm: str) -> None:
    assert ciphers.decrypt(RSA, algorithm, ciphers.encrypt(RSA, algorithm, plain)) == plain


@pytest.mark.parametrize(
    ("pem", "algorithm", "value", "named"),
    [
        pytest.param(P256, "RSA-OAEP", b"x", "alg", id="ec-key"),
        pytest.param(RSA, "A256CBC", b"x", "alg", id="symmetric"),
        pytest.param(RSA, "RSA-OAEP", b"x" * 300, "value", id="too-long"),
    ],
)
def test_refuses_to_encrypt(pem: str, algorithm: str, value: bytes, named: str) -> None:
    with pytest.raises(RefusedError, match=named):
        ciphers.encrypt(pem, algorithm, value)
    with pytest.raises(RefusedError, match=named):
        ciphers.decrypt(pem, algorithm, value)
