"""Makes the webhook's own authority and its server certificates: P-256 keys, good from an hour ago.

The figures are cert-controller's, which upstream's webhooks use: an authority lives ten years, a certificate one.
Source: https://github.com/open-policy-agent/cert-controller (pkg/rotator)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from keyferry.admit.certificates import pairs
from keyferry.admit.certificates.key_pair import Pair
from keyferry.model.secrets import SecretValue

AUTHORITY_LIVES: Final = timedelta(days=3650)
CERTIFICATE_LIVES: Final = timedelta(days=365)
BACKDATED: Final = timedelta(hours=1)  # the clocks of API servers may run behind
ORGANIZATION: Final = "keyferry"
_AUTHORITY_NAME: Final = "keyferry-webhook-ca"
_SERVER_NAME: Final = "keyferry-webhook"  # clients look at the alternative names alone; a common name has 64 characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A certificate that signs others, and its key, both PEM."""

    certificate_pem: bytes
    key_pem: SecretValue


def authority(now: datetime) -> Authority:
    """Return a new authority. It signs servers' certificates and no other authority's."""
    key = ec.generate_private_key(ec.SECP256R1())
    # Every authority has a serial in its name: of two with one name, OpenSSL would try one only.
    name = _name(_AUTHORITY_NAME, x509.random_serial_number())
    certificate = (
        _builder(name, name, key.public_key(), now, AUTHORITY_LIVES)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(is_authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Authority(certificate_pem=certificate.public_bytes(serialization.Encoding.PEM), key_pem=_pem(key))


def server(by: Authority, hosts: tuple[str, ...], now: datetime) -> Pair:
    """Return a new certificate for `hosts`, signed `by` an authority, which it does not outlive."""
    signer = x509.load_pem_x509_certificate(by.certificate_pem)
    signing = serialization.load_pem_private_key(by.key_pem.reveal(), None)
    assert isinstance(signing, ec.EllipticCurvePrivateKey), "plan reuses none but ours"
    key = ec.generate_private_key(ec.SECP256R1())
    lives = min(CERTIFICATE_LIVES, signer.not_valid_after_utc - now)
    certificate = (
        _builder(_name(_SERVER_NAME), signer.subject, key.public_key(), now, lives)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(is_authority=False), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
        .sign(signing, hashes.SHA256())
    )
    return pairs.pair(certificate.public_bytes(serialization.Encoding.PEM), _pem(key))


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, now: datetime, lives: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + lives)
    )


def _name(common: str, serial: int | None = None) -> x509.Name:
    attributes = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANIZATION),
        x509.NameAttribute(NameOID.COMMON_NAME, common),
    ]
    if serial is not None:
        attributes.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, f"{serial:x}"))
    return x509.Name(attributes)


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> SecretValue:
    return SecretValue(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
