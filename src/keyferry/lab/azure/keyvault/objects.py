"""What a vault holds: secrets, their versions, and the soft-deleted ones. State without decisions about callers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta


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
class Objects:
    """What one vault holds, by name in lower case. What is deleted stays recoverable for `retention_days`."""

    retention_days: int
    deletion_seconds: int = 0  # for so long a deleted secret is neither here nor there
    secrets: dict[str, Secret] = field(default_factory=dict)
    deleted: dict[str, Deleted] = field(default_factory=dict)

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
            visible=seconds + self.deletion_seconds,
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
