"""JSON Web Keys become PEM, public or private, and nothing else does."""

import base64
import json
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.template.functions.crypto import jwk
from keyferry.template.functions.function import Fault
from tests.fakes.template_keys import ec_key, ed_key, pem, public_pem, rsa_key, world


def text(number: int) -> str:
    return of_bytes(number.to_bytes((number.bit_length() + 7) // 8))


def of_bytes(number: bytes) -> str:
    return base64.urlsafe_b64encode(number).decode().rstrip("=")


RSA_NUMBERS, EC_NUMBERS = rsa_key().private_numbers(), ec_key().private_numbers()
RSA = {"kty": "RSA", "n": text(RSA_NUMBERS.public_numbers.n), "e": "AQAB"}
RSA_PRIVATE = {**RSA, "d": text(RSA_NUMBERS.d), "p": text(RSA_NUMBERS.p), "q": text(RSA_NUMBERS.q)}
EC = {"kty": "EC", "crv": "P-256", "x": text(EC_NUMBERS.public_numbers.x), "y": text(EC_NUMBERS.public_numbers.y)}
EC_PRIVATE = {**EC, "d": text(EC_NUMBERS.private_value)}
OKP = {"kty": "OKP", "crv": "Ed25519", "x": of_bytes(ed_key().public_key().public_bytes_raw())}
OKP_PRIVATE = {**OKP, "d": of_bytes(ed_key().private_bytes_raw())}


@pytest.mark.parametrize(
    ("members", "found"),
    [
        pytest.param(RSA, public_pem(rsa_key()), id="rsa"),
        pytest.param({**RSA, "kid": "https://x", "key_ops": ["verify"], "p": "AQAB"}, public_pem(rsa_key()), id="more"),
        pytest.param({**RSA, "n": RSA["n"].replace("-", "+").replace("_", "/")}, public_pem(rsa_key()), id="standard"),
        pytest.param({**RSA, "n": RSA["n"] + "=="}, public_pem(rsa_key()), id="padded"),
        pytest.param({**RSA, "n": RSA["n"] + "\n"}, public_pem(rsa_key()), id="line-end"),
        pytest.param(EC, public_pem(ec_key()), id="ec"),
        pytest.param(OKP, public_pem(ed_key()), id="ed25519"),
    ],
)
def test_public_keys(members: Mapping[str, object], found: bytes) -> None:
    assert jwk.public_key_pem(world(), json.dumps(members).encode()) == found
    with pytest.raises(Fault, match="not a private key"):
        jwk.private_key_pem(world(), json.dumps(members).encode())


@pytest.mark.parametrize(
    ("members", "found"),
    [
        pytest.param(RSA_PRIVATE, pem(rsa_key()), id="rsa"),
        pytest.param(EC_PRIVATE, pem(ec_key()), id="ec"),
        pytest.param(OKP_PRIVATE, pem(ed_key()), id="ed25519"),
    ],
)
def test_private_keys(members: Mapping[str, object], found: bytes) -> None:
    assert jwk.private_key_pem(world(), json.dumps(members).encode()) == found
    with pytest.raises(Fault, match="is a private key"):
        jwk.public_key_pem(world(), json.dumps(members).encode())


@pytest.mark.parametrize(
    "members",
    [
        pytest.param({}, id="nothing"),
        pytest.param({**RSA, "kty": "rsa"}, id="small-letters"),
        pytest.param({**RSA, "kty": "RSA-HSM"}, id="key-vaults-own-kind"),
        pytest.param({"kty": "oct", "k": "AAAA"}, id="symmetric"),
        pytest.param({**RSA, "n": "!"}, id="no-base64"),
        pytest.param({**RSA, "n": "A" * 5_000}, id="too-long"),
        pytest.param({**RSA, "n": "AA="}, id="wrong-padding"),
        pytest.param({**RSA, "n": "A"}, id="a-single-character"),
        pytest.param({**RSA, "n": 5}, id="number"),
        pytest.param({**RSA, "n": ""}, id="empty"),
        pytest.param({**RSA, "kid": 5}, id="kid-that-is-no-text"),
        pytest.param({"kty": "RSA", "e": "AQAB"}, id="lacks-a-number"),
        pytest.param({**EC, "y": EC["x"]}, id="not-on-the-curve"),
        pytest.param({**EC, "crv": "P-999"}, id="unknown-curve"),
        pytest.param({**EC, "crv": 5}, id="curve-that-is-no-text"),
        pytest.param({**OKP, "crv": "X25519"}, id="x25519"),
        pytest.param({**OKP, "x": "AAAA"}, id="short"),
    ],
)
def test_what_is_no_public_key(members: Mapping[str, object]) -> None:
    with pytest.raises(Fault):
        jwk.public_key_pem(world(), json.dumps(members).encode())


@pytest.mark.parametrize(
    "members",
    [
        pytest.param({**RSA, "d": RSA_PRIVATE["d"]}, id="rsa-without-primes"),
        pytest.param({**RSA_PRIVATE, "p": "AQ"}, id="prime-that-is-none"),
        pytest.param({**RSA_PRIVATE, "p": RSA_PRIVATE["q"]}, id="primes-of-another"),
        pytest.param({**RSA_PRIVATE, "d": "AQAB"}, id="exponent-of-another"),
        pytest.param({**RSA, "d": None}, id="null"),
        pytest.param({**EC_PRIVATE, "d": text(ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value)},
                     id="ec-of-another"),
        pytest.param({**OKP_PRIVATE, "x": of_bytes(bytes(32))}, id="ed25519-of-another"),
        pytest.param({"kty": "oct", "k": "AAAA", "d": "AAAA"}, id="symmetric"),
    ],
)  # fmt: skip
def test_what_is_no_private_key(members: Mapping[str, object]) -> None:
    with pytest.raises(Fault) as fault:
        jwk.private_key_pem(world(), json.dumps(members).encode())
    assert RSA_PRIVATE["d"] not in str(fault.value)


@pytest.mark.parametrize("content", [b"", b"not json", b"[]", b'"x"', b"null", b"[" * 100_000, b'{"kty":"RSA"} x'])
def test_what_is_no_json_object(content: bytes) -> None:
    with pytest.raises(Fault, match="no JSON object"):
        jwk.public_key_pem(world(), content)


NOISE = st.sampled_from(["", "AQAB", "AA", "!", RSA["n"], EC["x"], EC["y"], "P-256", "Ed25519", "RSA", "EC", "OKP"])


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(["kty", "crv", "n", "e", "d", "p", "q", "x", "y"]), NOISE | st.none()))
def test_any_members_are_a_key_or_a_fault(members: dict[str, str | None]) -> None:
    for read in (jwk.public_key_pem, jwk.private_key_pem):
        try:
            assert read(world(), json.dumps(members).encode()).startswith(b"-----BEGIN P")
        except Fault:
            continue
