import ssl
from datetime import UTC, datetime

import pytest

from keyferry.kube import tls
from keyferry.kube.config import ClientCertificate, ClusterConfig
from keyferry.lab.serve.authority import Authority
from keyferry.model.errors import SpecError
from keyferry.model.secrets import SecretValue
from tests.fakes.certificates import key_pair

CA = Authority(datetime(2026, 11, 21, tzinfo=UTC)).certificate_pem


def settings(**changes: object) -> ClusterConfig:
    return ClusterConfig(**{"server": "https://api", "origin": "test", **changes})  # type: ignore[arg-type]  # real fields


def test_trusts_the_given_authority_and_no_other() -> None:
    context = tls.context(settings(ca_pem=CA))
    assert [entry["subject"] for entry in context.get_ca_certs()] == [((("commonName", "keyferry lab CA"),),)]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_authorities_of_clusters_without_key_identifiers_are_accepted() -> None:
    assert not tls.context(settings(ca_pem=CA)).verify_flags & ssl.VERIFY_X509_STRICT


def test_insecure_is_insecure() -> None:
    context = tls.context(settings(insecure=True))
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_NONE, False)


@pytest.mark.parametrize("ca_pem", [b"hunter2", "ä".encode(), b"-----BEGIN CERTIFICATE-----\nx\n"])
def test_an_unusable_authority_is_named(ca_pem: bytes) -> None:
    with pytest.raises(SpecError, match="certificate-authority") as caught:
        tls.context(settings(ca_pem=ca_pem))
    assert "hunter2" not in str(caught.value)


def test_a_client_certificate_is_loaded() -> None:
    certificate, key = key_pair()
    tls.context(settings(certificate=ClientCertificate(certificate_pem=certificate, key_pem=SecretValue(key))))


@pytest.mark.parametrize("kind", ["mixed", "no-pem", "encrypted"])
def test_an_unusable_client_certificate_is_named(kind: str) -> None:
    certificate, key = key_pair(password=b"pw" if kind == "encrypted" else b"")
    if kind == "mixed":
        key = key_pair()[1]
    if kind == "no-pem":
        key = b"hunter2"
    pair = ClientCertificate(certificate_pem=certificate, key_pem=SecretValue(key))
    with pytest.raises(SpecError, match="client-certificate"):
        tls.context(settings(certificate=pair))
