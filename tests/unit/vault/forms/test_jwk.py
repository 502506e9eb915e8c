import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from keyferry.model.errors import SpecError
from keyferry.model.secrets import SecretValue
from keyferry.vault.forms import jwk

CURVES = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)


def _pem(**members: str | bytes) -> bytes:
    return jwk.public_pem(SecretValue(jwk.to_json(members))).reveal()


def test_members_stand_in_the_order_of_external_secrets_and_only_public_ones() -> None:
    shown = jwk.to_json(
        {
            "d": b"private",
            "e": b"\x01\x00\x01",
            "n": b"\xff\xfe",
            "key_ops": ["verify"],
            "kty": "RSA",
            "x": None,
            "kid": "K",
        }
    )
    assert shown == b'{"kid":"K","kty":"RSA","key_ops":["verify"],"n":"__4","e":"AQAB"}'


@pytest.mark.parametrize("kind", ["RSA", "RSA-HSM"])
def test_an_rsa_key_becomes_pem(kind: str) -> None:
    numbers = rsa.generate_private_key(65537, 2048).public_key().public_numbers()
    pem = _pem(kty=kind, n=_bytes(numbers.n), e=_bytes(numbers.e))
    assert pem.startswith(b"-----BEGIN PUBLIC KEY-----\n")
    key = load_pem_public_key(pem)
    assert isinstance(key, rsa.RSAPublicKey)
    assert key.public_numbers() == numbers


@pytest.mark.parametrize("kind", ["EC", "EC-HSM"])
@pytest.mark.parametrize("curve", CURVES)
def test_an_elliptic_key_becomes_pem(kind: str, curve: str) -> None:
    numbers = ec.generate_private_key(CURVES[curve]).public_key().public_numbers()
    pem = _pem(kty=kind, crv=curve, x=_bytes(numbers.x), y=_bytes(numbers.y))
    key = load_pem_public_key(pem)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.public_numbers() == numbers


@pytest.mark.parametrize(
    ("members", "named"),
    [
        pytest.param({"kty": "oct"}, "oct", id="symmetric"),
        pytest.param(
            {"kty": "EC", "crv": "P-256K", "x": "AA", "y": "AA"},
            "kind EC on curve P-256K cannot",
            id="curve-without-a-form",
        ),
        pytest.param({}, "None", id="no-kind"),
    ],
)
def test_other_kinds_have_no_pem(members: dict[str, str], named: str) -> None:
    with pytest.raises(SpecError, match=named):
        jwk.public_pem(SecretValue(json.dumps(members).encode()))


def test_numbers_are_base64url_without_padding() -> None:
    shown = json.loads(jwk.to_json({"kty": "RSA", "n": bytes(range(250, 256)), "e": b"\x03"}))
    assert base64.urlsafe_b64decode(shown["n"] + "==") == bytes(range(250, 256))
    assert "=" not in shown["e"]


@pytest.mark.parametrize(
    "members",
    [
        pytest.param({"kty": "RSA", "n": "AQAB"}, id="rsa-without-exponent"),
        pytest.param({"kty": "RSA", "n": "AA", "e": "AQAB"}, id="rsa-of-nothing"),
        pytest.param({"kty": "RSA", "n": 5, "e": "AQAB"}, id="number-that-is-no-text"),
        pytest.param({"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ"}, id="point-that-is-not-on-the-curve"),
        pytest.param({"kty": "EC", "crv": "P-256", "x": "AQ"}, id="half-a-point"),
    ],
)
def test_numbers_that_are_no_key_are_told(members: dict[str, str]) -> None:
    with pytest.raises(SpecError, match="not a public key"):
        jwk.public_pem(SecretValue(json.dumps(members).encode()))
