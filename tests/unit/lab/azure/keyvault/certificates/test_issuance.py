from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from keyferry.lab.azure.keyvault.certificate import X509Properties
from keyferry.lab.azure.keyvault.certificates import issuance
from tests.fakes.lab_azure import NOW, private_key

SERIAL = bytes(range(16))
PROPERTIES = X509Properties(subject="CN=a", dns_names=("a.example",), validity_months=3)


@pytest.mark.parametrize("spec", ["RSA-2048", "P-256", "P-384", "P-521", "P-256K"])
def test_a_self_signed_certificate_says_what_was_asked(spec: str) -> None:
    leaf = x509.load_der_x509_certificate(issuance.self_signed(PROPERTIES, private_key(spec), NOW, SERIAL))
    leaf.verify_directly_issued_by(leaf)
    assert leaf.not_valid_before_utc == NOW - timedelta(minutes=10)
    assert leaf.not_valid_after_utc == datetime(2027, 2, 22, 12, 0, tzinfo=UTC)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["a.example"]
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.key_cert_sign) == (True, False)
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_an_authority_signs() -> None:
    authority_pem = private_key("P-384")
    authority = x509.load_der_x509_certificate(issuance.authority("ca", authority_pem, NOW, SERIAL))
    leaf = x509.load_der_x509_certificate(
        issuance.signed(PROPERTIES, private_key("P-256"), "ca", authority_pem, NOW, SERIAL)
    )
    leaf.verify_directly_issued_by(authority)
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_request_is_signed_by_its_own_key() -> None:
    request = x509.load_der_x509_csr(issuance.request(PROPERTIES, private_key("P-256")))
    assert request.is_signature_valid
    assert request.subject.rfc4514_string() == "CN=a"


def test_what_is_not_asked_for_is_absent() -> None:
    bare = X509Properties(subject="CN=a", ekus=(), key_usage=())
    leaf = x509.load_der_x509_certificate(issuance.self_signed(bare, private_key("P-256"), NOW, bytes(16)))
    assert leaf.serial_number == 1
    assert len(list(leaf.extensions)) == 2


@pytest.mark.parametrize(
    ("properties", "possible"),
    [
        pytest.param(PROPERTIES, True, id="plain"),
        pytest.param(X509Properties(subject="a"), False, id="subject"),
        pytest.param(X509Properties(ip_addresses=("a",)), False, id="address"),
        pytest.param(X509Properties(dns_names=("ä.example",)), False, id="dns-name"),
        pytest.param(X509Properties(ekus=("0.99.1",)), False, id="object-identifier"),
        pytest.param(X509Properties(key_usage=("encipherOnly",)), False, id="usage-that-needs-another"),
    ],
)
def test_what_is_possible(properties: X509Properties, possible: bool) -> None:
    assert issuance.is_possible(properties) is possible
