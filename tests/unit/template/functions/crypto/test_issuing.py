"""Certificates that templates make: their own authority, or signed by one."""

import base64
from datetime import timedelta

import pytest
from cryptography import x509

from keyferry.template.functions.crypto import issuing
from keyferry.template.functions.crypto.certificate_value import Certificate
from keyferry.template.functions.function import Fault
from keyferry.template.values import Slice
from tests.fakes.template_keys import PKCS8, TRADITIONAL, certificate_pem, ec_key, ed_key, pem, rsa_key, world

KEY = pem(ec_key(), TRADITIONAL)


def parsed(made: Certificate) -> x509.Certificate:
    return x509.load_pem_x509_certificate(made.certificate)


AUTHORITY = issuing.authority_with_key(world(), b"ca", 365, KEY)


def test_an_authority() -> None:
    assert AUTHORITY.key == KEY
    certificate = parsed(AUTHORITY)
    assert certificate.not_valid_before_utc == world().now
    assert certificate.not_valid_after_utc == world().now + timedelta(days=365)
    new = issuing.authority(world(), b"ca", 1)
    assert new.key.startswith(b"-----BEGIN RSA PRIVATE KEY-----")
    parsed(new).verify_directly_issued_by(parsed(new))


def test_signed_by_themselves() -> None:
    made = issuing.self_signed_with_key(world(), b"a", None, Slice([b"a.b"]), 1, pem(ed_key()))
    assert made.key == pem(ed_key(), PKCS8)
    parsed(made).verify_directly_issued_by(parsed(made))
    new = issuing.self_signed(world(), b"a", Slice([b"1.2.3.4"]), None, 1)
    assert b"RSA" in new.key


def test_signed_by_an_authority() -> None:
    made = issuing.signed_with_key(world(), b"a", None, None, 1, AUTHORITY, pem(ed_key()))
    parsed(made).verify_directly_issued_by(parsed(AUTHORITY))
    new = issuing.signed(world(), b"a", None, None, 1, AUTHORITY)
    parsed(new).verify_directly_issued_by(parsed(AUTHORITY))


@pytest.mark.parametrize(
    ("name", "days", "key"),
    [
        pytest.param(b"x" * 65, 1, KEY, id="long-name"),
        pytest.param(b"\xff", 1, KEY, id="name-of-no-characters"),
        pytest.param(b"a", 99_999_999, KEY, id="too-many-days"),
        pytest.param(b"a", -1, KEY, id="ends-before-it-begins"),
        pytest.param(b"a", 1, b"s3cret", id="no-key"),
    ],
)
def test_refuses(name: bytes, days: int, key: bytes) -> None:
    with pytest.raises(Fault) as fault:
        issuing.authority_with_key(world(), name, days, key)
    assert "s3cret" not in str(fault.value)


def test_a_host_must_be_ascii() -> None:
    with pytest.raises(Fault):
        issuing.self_signed_with_key(world(), b"a", None, Slice(["ü".encode()]), 1, KEY)


def test_the_authoritys_key_must_be_its_own() -> None:
    other = Certificate(certificate=AUTHORITY.certificate, key=pem(rsa_key()))
    with pytest.raises(Fault):
        issuing.signed_with_key(world(), b"a", None, None, 1, other, KEY)


def test_brought_along() -> None:
    text = certificate_pem(parsed(AUTHORITY))
    made = issuing.custom(world(), base64.b64encode(text), base64.b64encode(pem(rsa_key())))
    assert (made.certificate, made.key) == (text, pem(rsa_key()))


@pytest.mark.parametrize(
    ("certificate", "key"),
    [
        pytest.param(b"!", base64.b64encode(KEY), id="no-base64"),
        pytest.param(base64.b64encode(b"x"), base64.b64encode(KEY), id="no-certificate"),
        pytest.param(base64.b64encode(AUTHORITY.certificate), base64.b64encode(b"x"), id="no-key"),
    ],
)
def test_brought_along_must_be_what_they_are(certificate: bytes, key: bytes) -> None:
    with pytest.raises(Fault):
        issuing.custom(world(), certificate, key)
