import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from keyferry.model.errors import SpecError
from keyferry.vault.writing import key_forms
from tests.fakes import certificates, lab_azure

PEM, KEY = certificates.key_pair("web")
CERTIFICATE = x509.load_pem_x509_certificate(PEM)
PRIVATE = load_pem_private_key(KEY, None)
assert isinstance(PRIVATE, ec.EllipticCurvePrivateKey)
RSA = lab_azure.private_key("RSA-2048").encode()


@pytest.mark.parametrize("spec", ["P-256", "P-384", "P-521", "P-256K", "RSA-2048"])
def test_a_key_is_known_by_its_public_half(spec: str) -> None:
    private = load_pem_private_key(lab_azure.private_key(spec).encode(), None)
    made = key_forms.key(private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    public = {name: made.members[name] for name in ("n", "e", "crv", "x", "y") if name in made.members}
    kind = "RSA" if spec.startswith("RSA") else "EC"
    assert made.has_public_half({"kty": kind, **public})
    assert made.has_public_half({"kty": f"{kind}-HSM", **public})
    assert made.has_public_half(
        {"kty": kind} | {k: b"\0" + v if isinstance(v, bytes) else v for k, v in public.items()}
    )
    assert not made.has_public_half({"kty": "oct"})
    assert not made.has_public_half({"kty": kind} | dict.fromkeys(public, b"other"))
    assert not made.has_public_half({"kty": kind})
    assert "members" not in repr(made)


def test_bytes_that_are_no_pem_are_a_symmetric_key_which_is_like_none() -> None:
    made = key_forms.key(b"\x01\x02")
    assert made.members == {"kty": "oct", "k": b"\x01\x02"}
    assert not made.has_public_half({"kty": "oct-HSM"})


ED25519 = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(PEM, "PEM block CERTIFICATE is no private key", id="certificate"),
        pytest.param(ED25519, "takes no key of this kind", id="ed25519"),
        pytest.param(b"-----BEGIN PRIVATE KEY-----\nbroken\n-----END PRIVATE KEY-----", "cannot be read", id="broken"),
    ],
)
def test_what_is_no_key_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        key_forms.key(content)


def test_rsa_numbers_are_whole() -> None:
    made = key_forms.key(RSA)
    private = load_pem_private_key(RSA, None)
    assert isinstance(private, rsa.RSAPrivateKey)
    assert made.members["n"] == private.private_numbers().public_numbers.n.to_bytes(256)
    assert set(made.members) == {"kty", "n", "e", "d", "p", "q", "dp", "dq", "qi"}
