"""PKCS#12 out of PEM, and PEM out of it."""

import base64
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, pkcs12
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.forms import der
from keyferry.template.functions.crypto import pem_blocks
from keyferry.template.functions.crypto import pkcs12 as functions
from keyferry.template.functions.function import Fault, LimitReached, Meter, Surroundings
from tests.fakes.chains import chain
from tests.fakes.template_keys import TRADITIONAL, certificate_pem, dsa_key, ec_key, ed_key, pem, rsa_key, world

CHAIN = chain(3)
LEAF, MIDDLE, ROOT = (certificate_pem(each) for each in CHAIN.certificates)
KEY = pem(CHAIN.key)


def locked(password: bytes) -> bytes:
    return pkcs12.serialize_key_and_certificates(
        None, CHAIN.key, CHAIN.certificates[0], CHAIN.certificates[:0:-1], BestAvailableEncryption(password)
    )


def test_opens_without_a_password() -> None:
    content = CHAIN.pkcs12((2, 1))
    assert functions.key_of(world(), content) == KEY
    assert functions.certificates_of(world(), content) == LEAF + MIDDLE + ROOT


def test_opens_with_a_password() -> None:
    content = locked("pä".encode())
    assert functions.key_with_password(world(), "pä".encode(), content) == KEY
    assert functions.certificates_with_password(world(), "pä".encode(), content) == LEAF + MIDDLE + ROOT


def test_what_is_no_chain_keeps_its_order() -> None:
    other = chain(2).certificates[0]
    content = pkcs12.serialize_key_and_certificates(None, CHAIN.key, CHAIN.certificates[0], [other], NoEncryption())
    assert functions.certificates_of(world(), content) == LEAF + certificate_pem(other)


def with_dsa() -> bytes:
    key: dsa.DSAPrivateKey = dsa_key()
    return pkcs12.serialize_key_and_certificates(None, key, None, CHAIN.certificates, NoEncryption())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"", "not PKCS#12", id="nothing"),
        pytest.param(b"s3cret", "not PKCS#12", id="garbage"),
        pytest.param(locked(b"s3cret"), "not PKCS#12", id="locked"),
        pytest.param(b"\x30\x82\x10\x00" + bytes(0x1000), "not PKCS#12", id="large-and-without-a-key"),
        pytest.param(
            pkcs12.serialize_key_and_certificates(None, CHAIN.key, None, None, NoEncryption()),
            "no certificate",
            id="without-certificates",
        ),
        pytest.param(
            pkcs12.serialize_key_and_certificates(None, None, CHAIN.certificates[0], None, NoEncryption()),
            "no private key",
            id="without-a-key",
        ),
        pytest.param(with_dsa(), "unknown kind", id="dsa"),
    ],
)
def test_refuses_without_quoting(content: bytes, why: str) -> None:
    with pytest.raises(Fault, match=why) as fault:
        functions.key_of(world(), content)
    assert "s3cret" not in str(fault.value)


@pytest.mark.parametrize("key", [pem(ec_key()), pem(ec_key(), TRADITIONAL), pem(ed_key()), pem(rsa_key())])
@pytest.mark.parametrize("password", [b"", "pä".encode()], ids=["without", "with-password"])
def test_takes_any_key_with_any_certificate(key: bytes, password: bytes) -> None:
    content = base64.b64decode(functions.of_chain_with_password(world(), LEAF + MIDDLE, key, password))
    again = pem(rsa_key()) if key == pem(rsa_key()) else pem(ed_key()) if key == pem(ed_key()) else pem(ec_key())
    assert functions.key_with_password(world(), password, content) == again
    assert functions.certificates_with_password(world(), password, content) == LEAF + MIDDLE


@pytest.mark.parametrize("password", [b"", b"p"], ids=["without", "with-password"])
def test_the_pair_is_marked_as_one(password: bytes) -> None:
    content = base64.b64decode(functions.of_pair_with_password(world(), LEAF + MIDDLE, KEY, password))
    bundle = pkcs12.load_pkcs12(content, password)
    assert bundle.cert is not None
    assert (bundle.cert.certificate, bundle.additional_certs) == (CHAIN.certificates[0], [])
    assert der.rounds(content) == 3 * functions.ROUNDS


def test_passwords_may_be_left_out() -> None:
    pair, full = functions.of_pair(world(), LEAF, KEY), functions.of_chain(world(), LEAF + ROOT, KEY)
    assert functions.certificates_of(world(), base64.b64decode(pair)) == LEAF
    assert functions.certificates_of(world(), base64.b64decode(full)) == LEAF + ROOT
    assert pkcs12.load_pkcs12(base64.b64decode(functions.truststore(world(), ROOT)), b"").additional_certs


@pytest.mark.parametrize(
    ("chain_text", "key", "password"),
    [
        pytest.param(b"", KEY, b"", id="no-certificate"),
        pytest.param(LEAF + b"\n", KEY, b"", id="a-line-end-after-it"),
        pytest.param(LEAF, b"", b"", id="no-key"),
        pytest.param(LEAF, pem(dsa_key()), b"", id="dsa"),
        pytest.param(LEAF, KEY, "\U0001f600".encode(), id="password-beyond-16-bits"),
        pytest.param(LEAF, KEY, b"\xff", id="password-of-no-characters"),
    ],
)
def test_refuses_to_seal(chain_text: bytes, key: bytes, password: bytes) -> None:
    with pytest.raises(Fault):
        functions.of_chain_with_password(world(), chain_text, key, password)


@pytest.mark.parametrize("certificates", [b"", ROOT, LEAF + MIDDLE + ROOT], ids=["none", "one", "three"])
def test_makes_trust_stores(certificates: bytes) -> None:
    content = base64.b64decode(functions.truststore_with_password(world(), certificates, b"changeit"))
    bundle = pkcs12.load_pkcs12(content, b"changeit")
    assert certificate_pem(*(each.certificate for each in bundle.additional_certs)) == certificates
    with pytest.raises(Fault):
        functions.truststore(world(), certificates + b"\n")


def spoiled(part: bytes, other: bytes) -> bytes:
    """A certificate in which a part is replaced by another."""
    content = CHAIN.certificates[0].public_bytes(Encoding.DER)
    assert part in content
    return pem_blocks.encoded(b"CERTIFICATE", content.replace(part, other))


def test_a_certificate_of_an_unknown_key_is_sealed_all_the_same() -> None:
    curve = bytes.fromhex("2a8648ce3d030107")
    certificate = spoiled(curve, curve[:-1] + b"\x7f")
    content = base64.b64decode(functions.of_pair(world(), certificate, KEY))
    assert functions.certificates_of(world(), content) == certificate


def test_a_name_that_cannot_be_read_makes_no_trust_store() -> None:
    with pytest.raises(Fault, match="readable name"):
        functions.truststore(world(), spoiled(b"\x0c\x07level-0", b"\x14\x07lev\xffl-0"))


def test_much_work_is_paid_for() -> None:
    content = base64.b64decode(functions.of_pair(world(), LEAF, pem(rsa_key())))
    poor = Surroundings(meter=Meter(steps=5_000, bytes_left=1 << 20))
    with pytest.raises(LimitReached, match="steps"):
        functions.key_of(poor, content)


@settings(max_examples=40)
@given(st.integers(0, 1_200), st.binary(min_size=1, max_size=4))
def test_damage_is_an_error_or_does_no_harm(at: int, noise: bytes) -> None:
    content = locked(b"p")
    with suppress(Fault):
        functions.key_with_password(world(), b"p", content[:at] + noise + content[at + len(noise) :])
