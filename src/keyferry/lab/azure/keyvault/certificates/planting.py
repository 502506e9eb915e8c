"""The certificate that a seed declares."""

from keyferry.lab.azure.keyvault.calls import Moment
from keyferry.lab.azure.keyvault.certificate import Certificate, LifetimeAction, Policy, X509Properties
from keyferry.lab.azure.keyvault.certificates import issuance, making, policies, versions
from keyferry.lab.azure.keyvault.certificates.versions import New
from keyferry.lab.azure.pem_files import KeyAndCertificate
from keyferry.lab.azure.seed.vault_objects import CertificateSeed


def plant(moment: Moment, seed: CertificateSeed) -> None:
    """Add the certificate to its vault, with its key and its secret."""
    policy = _policy(moment, seed)
    held = seed.brought or _self_signed(moment, seed, policy.x509)
    if seed.brought:
        policy = policies.with_defaults(making.fitted(policy, held))
    new = New(
        id=moment.sources.hex_id(),
        pem=held.pem,
        der=held.leaf,
        chain=held.chain,
        enabled=seed.enabled,
        tags=seed.tags or None,
    )
    versions.add(moment, Certificate(name=seed.name, policy=policy), new)


def _policy(moment: Moment, seed: CertificateSeed) -> Policy:
    renew = LifetimeAction(kind=policies.AUTO_RENEW, lifetime_percentage=seed.renew_percent)
    watch = LifetimeAction(kind=policies.EMAIL_CONTACTS, lifetime_percentage=80)
    return Policy(
        key=seed.spec,
        exportable=seed.exportable,
        content_type=seed.content_type,
        issuer=policies.UNKNOWN if seed.brought else policies.SELF,
        x509=X509Properties(subject=seed.subject, dns_names=seed.dns_names, validity_months=seed.validity_months),
        lifetime_actions=(renew if seed.renew_percent else watch,),
        created=moment.seconds,
        updated=moment.seconds,
    )


def _self_signed(moment: Moment, seed: CertificateSeed, properties: X509Properties) -> KeyAndCertificate:
    pem, serial = moment.sources.private_key(seed.spec), moment.sources.random_bytes(16)
    return KeyAndCertificate(pem=pem, leaf=issuance.self_signed(properties, pem, seed.issued or moment.now, serial))
