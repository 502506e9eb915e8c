"""A new version of a certificate, with the key and the secret that belong to it under the same name and id.

https://learn.microsoft.com/azure/key-vault/certificates/about-certificates#composition-of-a-certificate
"""

import base64
from dataclasses import dataclass, field
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from keyferry.lab.azure import private_keys
from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.calls import Moment
from keyferry.lab.azure.keyvault.certificate import Certificate, CertificateVersion, Pairs
from keyferry.lab.azure.keyvault.certificates import pfx
from keyferry.lab.azure.keyvault.certificates.policies import AUTO_RENEW, UNKNOWN
from keyferry.lab.azure.keyvault.key import Key
from keyferry.lab.azure.keyvault.keys import making
from keyferry.lab.azure.keyvault.secret import Secret, SecretVersion
from keyferry.lab.azure.keyvault.secrets.media_types import PEM

DAY: Final = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """What a new version is made of: the private key in PEM, the certificate and the rest of its chain in DER."""

    id: str
    pem: str = field(repr=False)
    der: bytes
    chain: tuple[bytes, ...] = ()
    enabled: bool = True
    tags: Pairs | None = None
    preserve_order: bool | None = None


def add(moment: Moment, certificate: Certificate, new: New) -> CertificateVersion:
    """Add the version to the certificate, with its key and its secret, and tell of all three."""
    leaf = x509.load_der_x509_certificate(new.der)
    attributes = Attributes(
        created=moment.seconds,
        updated=moment.seconds,
        enabled=new.enabled,
        not_before=int(leaf.not_valid_before_utc.timestamp()),
        expires=int(leaf.not_valid_after_utc.timestamp()),
    )
    before = certificate.latest
    version = CertificateVersion(
        id=new.id,
        der=new.der,
        chain=new.chain,
        attributes=attributes,
        content_type=certificate.policy.content_type,
        tags=new.tags,
        preserve_order=new.preserve_order,
    )
    certificate.versions[new.id] = version
    certificate.renew_at = renewal(certificate, attributes)
    moment.vault.objects.certificates.put(certificate)
    moment.announce("Certificate", certificate.name, new.id, attributes)
    _add_key(moment, certificate, new, attributes)
    _add_secret(moment, certificate, new, attributes, before.id if before else "")
    return version


def renewal(certificate: Certificate, attributes: Attributes) -> int | None:
    """Return the instant from which the latest version is to be replaced, None for never."""
    start, end = attributes.not_before or 0, attributes.expires or 0
    if certificate.policy.issuer == UNKNOWN:
        return None
    for action in certificate.policy.lifetime_actions:
        if action.kind == AUTO_RENEW and action.days_before_expiry is not None:
            return end - action.days_before_expiry * DAY
        if action.kind == AUTO_RENEW and action.lifetime_percentage is not None:
            return start + (end - start) * action.lifetime_percentage // 100
    return None


def _add_key(moment: Moment, certificate: Certificate, new: New, attributes: Attributes) -> None:
    keys = moment.vault.objects.keys
    key = keys.live.get(certificate.name.lower()) or Key(name=certificate.name, managed=True)
    hsm = certificate.policy.hsm
    making.add(moment, key, making.version(new.id, new.pem, attributes, hsm=hsm, tags=new.tags))


def _add_secret(moment: Moment, certificate: Certificate, new: New, attributes: Attributes, previous: str) -> None:
    secrets = moment.vault.objects.secrets
    secret = secrets.live.get(certificate.name.lower()) or Secret(name=certificate.name, managed=True)
    secret.versions[new.id] = SecretVersion(
        id=new.id,
        value=_value(certificate, new),
        attributes=attributes,
        content_type=certificate.policy.content_type,
        tags=new.tags,
        previous=previous,
    )
    secrets.put(secret)
    moment.announce("Secret", secret.name, new.id, attributes)


def _value(certificate: Certificate, new: New) -> str:
    """Return what the secret holds. Without an exportable key it is the certificates alone."""
    key = private_keys.load(new.pem) if certificate.policy.exportable else None
    held = [x509.load_der_x509_certificate(der) for der in (new.der, *new.chain)]
    if certificate.policy.content_type == PEM:
        parts = [private_keys.pem(key)] if key else []
        return "".join(parts + [each.public_bytes(Encoding.PEM).decode() for each in held])
    return base64.b64encode(pfx.write(key, held, new.id.encode())).decode()
