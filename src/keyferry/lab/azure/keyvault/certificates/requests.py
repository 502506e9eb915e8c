"""Requests for new versions: how they begin, end as time goes on, and come again when a version nears its end.

https://learn.microsoft.com/azure/key-vault/certificates/create-certificate-scenarios
"""

from dataclasses import replace

from keyferry.lab.azure.keyvault.calls import Moment
from keyferry.lab.azure.keyvault.certificate import Certificate, Pairs, Pending
from keyferry.lab.azure.keyvault.certificates import issuance, versions
from keyferry.lab.azure.keyvault.certificates.policies import SELF, UNKNOWN
from keyferry.lab.azure.keyvault.certificates.versions import New

AUTHORITY_KEY = "P-256"


def begin(
    moment: Moment,
    certificate: Certificate,
    *,
    enabled: bool = True,
    tags: Pairs | None = None,
    preserve_order: bool | None = None,
) -> Pending:
    """Ask for a new version by the certificate's policy. Its key is new, unless the policy keeps the old one."""
    policy = certificate.policy
    old = moment.vault.objects.keys.live.get(certificate.name.lower())
    pem = old.latest.pem if old and policy.reuse_key else moment.sources.private_key(policy.key)
    certificate.pending = Pending(
        version=moment.sources.hex_id(),
        request_id=moment.sources.hex_id(),
        issuer=policy.issuer,
        ready=None if policy.issuer == UNKNOWN else moment.seconds + moment.vault.knobs.certificate_seconds,
        pem=pem,
        csr=issuance.request(policy.x509, pem),
        policy=policy,
        enabled=enabled,
        tags=tags,
        preserve_order=preserve_order,
    )
    moment.vault.objects.certificates.put(certificate)
    return certificate.pending


def progress(moment: Moment) -> None:
    """Renew what is due, and end each request whose time has come or whose cancellation was asked for."""
    for certificate in tuple(moment.vault.objects.certificates.live.values()):
        if certificate.renew_at is not None and certificate.renew_at <= moment.seconds:
            _renew(moment, certificate)
        pending = certificate.pending
        if pending is not None and pending.status == "inProgress":
            _end(moment, certificate, pending)


def is_open(certificate: Certificate) -> bool:
    """Tell whether a request for a new version is under way."""
    return certificate.pending is not None and certificate.pending.status == "inProgress"


def _renew(moment: Moment, certificate: Certificate) -> None:
    if not is_open(certificate):
        latest = certificate.latest
        begin(moment, certificate, tags=latest.tags if latest else None)
        certificate.renew_at = None


def _end(moment: Moment, certificate: Certificate, pending: Pending) -> None:
    if pending.cancellation_requested:
        certificate.pending = replace(pending, status="cancelled")
    elif pending.ready is not None and pending.ready <= moment.seconds:
        der, chain = _issued(moment, pending)
        new = New(
            id=pending.version,
            pem=pending.pem,
            der=der,
            chain=chain,
            enabled=pending.enabled,
            tags=pending.tags,
            preserve_order=pending.preserve_order,
        )
        versions.add(moment, certificate, new)
        certificate.pending = replace(pending, status="completed")


def _issued(moment: Moment, pending: Pending) -> tuple[bytes, tuple[bytes, ...]]:
    """Return the certificate and the rest of its chain. An issuer of the vault has an authority for each of them."""
    properties, now, sources = pending.policy.x509, moment.now, moment.sources
    if pending.issuer == SELF:
        return issuance.self_signed(properties, pending.pem, now, sources.random_bytes(16)), ()
    authority_pem = sources.private_key(AUTHORITY_KEY)
    authority = issuance.authority(pending.issuer, authority_pem, now, sources.random_bytes(16))
    leaf = issuance.signed(properties, pending.pem, pending.issuer, authority_pem, now, sources.random_bytes(16))
    return leaf, (authority,)
