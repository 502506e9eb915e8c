"""Private keys are read as Go reads them, and checked by their numbers."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from keyferry.template.functions.crypto import pem_blocks, private_keys
from keyferry.template.functions.function import Fault
from tests.fakes.template_keys import PKCS8, TRADITIONAL, Key, dsa_key, ec_key, ed_key, pem, public_pem, rsa_key, world

KEYS: dict[str, Key] = {"rsa": rsa_key(), "ec": ec_key(), "ed25519": ed_key()}


def der(text: bytes) -> bytes:
    block = pem_blocks.first(text)
    assert block is not None
    return block.content


@pytest.mark.parametrize("form", [PKCS8, TRADITIONAL], ids=["pkcs8", "older"])
@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_reads_every_form(kind: str, form: PrivateFormat) -> None:
    assert private_keys.pkcs8_pem(private_keys.of_der(world(), der(pem(KEYS[kind], form)))) == pem(KEYS[kind])


def test_reads_ed25519() -> None:
    assert private_keys.pkcs8_pem(private_keys.of_der(world(), der(pem(ed_key())))) == pem(ed_key())


def unsound() -> bytes:
    """An RSA key whose private exponent belongs to another."""
    numbers = rsa_key().private_numbers()
    other = rsa.RSAPrivateNumbers(
        numbers.p, numbers.q, numbers.d + 2, numbers.dmp1, numbers.dmq1, numbers.iqmp, numbers.public_numbers
    )
    key = other.private_key(unsafe_skip_rsa_key_validation=True)
    return key.private_bytes(Encoding.DER, TRADITIONAL, NoEncryption())


def oversized() -> rsa.RSAPrivateKey:
    """An RSA key of more than 8,192 bits, whose primes are none."""
    p, q = (1 << 4_200) + 1, (1 << 4_200) + 3
    numbers = rsa.RSAPrivateNumbers(p, q, 65_537, 3, 3, 3, rsa.RSAPublicNumbers(65_537, p * q))
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def curve_25519() -> bytes:
    return x25519.X25519PrivateKey.generate().private_bytes(Encoding.DER, PKCS8, NoEncryption())


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"s3cret", id="garbage"),
        pytest.param(der(public_pem(rsa_key())), id="public"),
        pytest.param(der(pem(dsa_key())), id="dsa"),
        pytest.param(curve_25519(), id="x25519"),
        pytest.param(unsound(), id="unsound"),
        pytest.param(ec_key().private_bytes(Encoding.DER, PKCS8, BestAvailableEncryption(b"x")), id="with-a-password"),
    ],
)
def test_refuses_without_quoting(content: bytes) -> None:
    with pytest.raises(Fault) as fault:
        private_keys.of_der(world(), content)
    assert "s3cret" not in str(fault.value)


def test_a_key_may_not_be_too_large() -> None:
    assert private_keys.is_sound(rsa_key())
    assert not private_keys.is_sound(oversized())


@pytest.mark.parametrize(
    ("key", "form", "name"),
    [
        pytest.param(rsa_key(), TRADITIONAL, b"RSA PRIVATE KEY", id="rsa"),
        pytest.param(ec_key(), TRADITIONAL, b"EC PRIVATE KEY", id="ec"),
        pytest.param(dsa_key(), TRADITIONAL, b"DSA PRIVATE KEY", id="dsa"),
        pytest.param(ed_key(), PKCS8, b"PRIVATE KEY", id="ed25519"),
    ],
)
def test_names_are_kept(key: Key, form: PrivateFormat, name: bytes) -> None:
    text = pem(key, form)
    assert private_keys.named_pem(private_keys.of_pem(world(), text)) == text
    block = pem_blocks.first(text)
    assert block is not None
    assert block.kind == name


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"junk", id="no-block"),
        pytest.param(public_pem(ec_key()), id="public"),
        pytest.param(pem(rsa_key(), TRADITIONAL).replace(b"RSA", b"EC"), id="named-for-another-kind"),
        pytest.param(pem(ec_key()).replace(b"PRIVATE", b"SSH PRIVATE"), id="unknown-name"),
    ],
)
def test_a_block_is_named_for_what_it_holds(text: bytes) -> None:
    with pytest.raises(Fault):
        private_keys.of_pem(world(), text)


def test_any_curve_may_be() -> None:
    key = ec.generate_private_key(ec.SECP521R1())
    assert load_pem_private_key(private_keys.named_pem(key), None) is not None
