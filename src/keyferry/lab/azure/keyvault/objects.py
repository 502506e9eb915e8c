"""What a vault holds: secrets, their versions, and the soft-deleted ones. State without decisions about callers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.seed.declaration import Knobs, SecretSeed, VaultSeed, VersionSeed
from keyferry.lab.azure.sources import Sources

LONGEST_RETENTION_DAYS: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a secret. Instants have a resolution of one second, as the service's have."""

    id: str
    value: str = field(repr=False)
    created: int
    updated: int
    enabled: bool = True
    not_before: int | None = None
    expires: int | None = None
    content_type: str | None = None
    tags: tuple[tuple[str, str], ...] | None = None


@dataclass(slots=True, kw_only=True)
class Secret:
    """A secret: its name as first written, and its versions in the order they were made."""

    name: str
    versions: dict[str, Version] = field(default_factory=dict)

    @property
    def latest(self) -> Version:
        """The version made last, enabled or not."""
        return next(reversed(self.versions.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A soft-deleted secret. It can be seen and recovered from `visible` on, and is gone at `purged`."""

    secret: Secret
    deleted: int
    visible: int
    purged: int


@dataclass(slots=True, kw_only=True)
class Vault:
    """One vault. Names of secrets are keys in lower case."""

    name: str
    cloud: Cloud
    tenant_id: str
    resource_id: str
    location: str
    retention_days: int
    purge_protection: bool
    public_network_access: bool
    knobs: Knobs
    secrets: dict[str, Secret] = field(default_factory=dict)
    deleted: dict[str, Deleted] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """The vault's host name."""
        return f"{self.name.lower()}.{self.cloud.vault_suffix}"

    @property
    def url(self) -> str:
        """The beginning of the ids of what it holds."""
        return f"https://{self.host}"

    @property
    def recovery_level(self) -> str:
        """How deleted secrets come back, in the service's words."""
        customised = "" if self.retention_days == LONGEST_RETENTION_DAYS else "Customized"
        purgeable = "" if self.purge_protection else "+Purgeable"
        return f"{customised}Recoverable{purgeable}"

    def add(self, name: str, version: Version) -> Secret:
        """Add a version, and the secret where it is new."""
        secret = self.secrets.setdefault(name.lower(), Secret(name=name))
        secret.versions[version.id] = version
        return secret

    def delete(self, secret: Secret, now: datetime) -> Deleted:
        """Move the secret to the deleted ones."""
        seconds = int(now.timestamp())
        deleted = Deleted(
            secret=self.secrets.pop(secret.name.lower()),
            deleted=seconds,
            visible=seconds + self.knobs.deletion_seconds,
            purged=seconds + int(timedelta(days=self.retention_days).total_seconds()),
        )
        self.deleted[secret.name.lower()] = deleted
        return deleted

    def recover(self, deleted: Deleted) -> Secret:
        """Bring all versions back."""
        del self.deleted[deleted.secret.name.lower()]
        self.secrets[deleted.secret.name.lower()] = deleted.secret
        return deleted.secret

    def expire(self, now: datetime) -> None:
        """Forget for good what was deleted longer ago than the retention."""
        gone = [name for name, deleted in self.deleted.items() if deleted.purged <= now.timestamp()]
        for name in gone:
            del self.deleted[name]


def plant(seed: VaultSeed, cloud: Cloud, now: datetime, sources: Sources) -> Vault:
    """Return the vault that the seed declares, with random values made."""
    vault = Vault(
        name=seed.name,
        cloud=cloud,
        tenant_id=seed.tenant_id,
        resource_id=seed.resource_id,
        location=seed.location,
        retention_days=seed.soft_delete_retention_days,
        purge_protection=seed.purge_protection,
        public_network_access=seed.public_network_access,
        knobs=seed.knobs,
    )
    for secret in seed.secrets:
        _plant_secret(vault, secret, int(now.timestamp()), sources)
    return vault


def _plant_secret(vault: Vault, seed: SecretSeed, created: int, sources: Sources) -> None:
    for version in seed.versions:
        vault.add(seed.name, _version(version, created, sources.hex_id(), sources.text))


def _version(seed: VersionSeed, created: int, version_id: str, random_text: Callable[[int], str]) -> Version:
    return Version(
        id=version_id,
        value=random_text(seed.value.random_length or 0) if seed.value.text is None else seed.value.text,
        created=created,
        updated=created,
        enabled=seed.enabled,
        not_before=int(seed.not_before.timestamp()) if seed.not_before else None,
        expires=int(seed.expires.timestamp()) if seed.expires else None,
        content_type=seed.content_type,
        tags=seed.tags or None,
    )
