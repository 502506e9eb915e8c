"""Certificates are those that upstream's webhooks have, and OpenSSL and strict verifiers take them."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import verification

from keyferry.admit.certificates import issuing

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)
HOSTS = ("web.ns.svc", "web.ns.svc.cluster.local")


def test_an_authority() -> None:
    made = issuing.authority(NOW)
    certificate = x509.load_pem_x509_certificate(made.certificate_pem)
    assert certificate.not_valid_before_utc == NOW - timedelta(hours=1)
    assert certificate.not_valid_after_utc == NOW + timedelta(days=3650)
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0
    another = x509.load_pem_x509_certificate(issuing.authority(NOW).certificate_pem)
    assert another.subject != certificate.subject, "two in one bundle are told apart by name"


@pytest.mark.parametrize("host", HOSTS)
def test_a_strict_verifier_takes_what_it_signs(host: str) -> None:
    authority = issuing.authority(NOW)
    pair = issuing.server(authority, HOSTS, NOW)
    store = verification.Store([x509.load_pem_x509_certificate(authority.certificate_pem)])
    verifier = verification.PolicyBuilder().store(store).time(NOW).build_server_verifier(x509.DNSName(host))
    assert len(verifier.verify(x509.load_pem_x509_certificate(pair.chain_pem), [])) == 2


def test_nothing_outlives_its_authority() -> None:
    authority = issuing.authority(NOW - issuing.AUTHORITY_LIVES + timedelta(days=100))
    assert issuing.server(authority, HOSTS, NOW).ends == NOW + timedelta(days=100)


def test_long_names_of_services_fit() -> None:
    host = f"{'s' * 63}.{'n' * 63}.svc"
    assert issuing.server(issuing.authority(NOW), (host,), NOW).hosts == {host}
