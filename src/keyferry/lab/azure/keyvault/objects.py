"""What a vault holds: secrets, keys and certificates, live and soft-deleted. State without decisions about callers."""

from dataclasses import dataclass, field
from datetime import timedelta

from keyferry.lab.azure.keyvault.certificate import Certificate, Contact, Issuer
from keyferry.lab.azure.keyvault.key import Key
from keyferry.lab.azure.keyvault.secret import Secret
from keyferry.lab.azure.keyvault.shelf import Shelf


@dataclass(slots=True, kw_only=True)
class Objects:
    """What one vault holds, all of it plain data. What is deleted stays recoverable for `retention_days`."""

    retention_days: int
    deletion_seconds: int = 0  # for so long a deleted or recovered object is neither here nor there
    secrets: Shelf[Secret] = field(default_factory=Shelf)
    keys: Shelf[Key] = field(default_factory=Shelf)
    certificates: Shelf[Certificate] = field(default_factory=Shelf)
    contacts: tuple[Contact, ...] = ()
    issuers: dict[str, Issuer] = field(default_factory=dict)  # by name in lower case

    @property
    def retention_seconds(self) -> int:
        """For how long what is deleted stays recoverable."""
        return int(timedelta(days=self.retention_days).total_seconds())

    def expire(self, now: int) -> None:
        """Forget for good what was deleted longer ago than the retention."""
        self.secrets.expire(now)
        self.keys.expire(now)
        self.certificates.expire(now)
