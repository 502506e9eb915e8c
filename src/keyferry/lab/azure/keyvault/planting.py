"""The vault that a seed declares, with random values made."""

from collections.abc import Callable
from datetime import datetime

from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.calls import Moment
from keyferry.lab.azure.keyvault.certificates import planting as certificates
from keyferry.lab.azure.keyvault.keys import planting as keys
from keyferry.lab.azure.keyvault.objects import Objects
from keyferry.lab.azure.keyvault.secret import Secret, SecretVersion
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.azure.seed.declaration import SecretSeed, VaultSeed, VersionSeed
from keyferry.lab.azure.sources import Sources


def plant(seed: VaultSeed, cloud: Cloud, now: datetime, sources: Sources) -> Vault:
    """Return the vault that the seed declares, with random values made."""
    vault = Vault(
        name=seed.name,
        cloud=cloud,
        tenant_id=seed.tenant_id,
        resource_id=seed.resource_id,
        location=seed.location,
        purge_protection=seed.purge_protection,
        public_network_access=seed.public_network_access,
        knobs=seed.knobs,
        objects=Objects(retention_days=seed.soft_delete_retention_days, deletion_seconds=seed.knobs.deletion_seconds),
    )
    vault.configure(seed.settings)
    for secret in seed.secrets:
        _plant_secret(vault, secret, int(now.timestamp()), sources)
    moment = Moment(vault=vault, now=now, sources=sources)
    for key in seed.keys:
        keys.plant(moment, key)
    for certificate in seed.certificates:
        certificates.plant(moment, certificate)
    return vault


def _plant_secret(vault: Vault, seed: SecretSeed, created: int, sources: Sources) -> None:
    """The versions were made a second apart, the last one now: by that alone clients can tell which is older."""
    instants = range(created - len(seed.versions) + 1, created + 1)
    versions = [
        _version(version, instant, sources.hex_id(), sources.text)
        for version, instant in zip(seed.versions, instants, strict=True)
    ]
    vault.objects.secrets.put(Secret(name=seed.name, versions={version.id: version for version in versions}))


def _version(seed: VersionSeed, created: int, version_id: str, random_text: Callable[[int], str]) -> SecretVersion:
    return SecretVersion(
        id=version_id,
        value=random_text(seed.value.random_length or 0) if seed.value.text is None else seed.value.text,
        attributes=Attributes(
            created=created,
            updated=created,
            enabled=seed.enabled,
            not_before=int(seed.not_before.timestamp()) if seed.not_before else None,
            expires=int(seed.expires.timestamp()) if seed.expires else None,
        ),
        content_type=seed.content_type,
        tags=seed.tags or None,
    )
