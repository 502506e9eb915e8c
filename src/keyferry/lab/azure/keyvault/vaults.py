"""Which vaults there are, and which were deleted and can come back. ARM makes and deletes them, Key Vault serves them.

https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from keyferry.lab.azure.keyvault.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedVault:
    """A soft-deleted vault. Its name stays taken until `purged`, when it is gone for good."""

    vault: Vault
    deleted: datetime
    purged: datetime


class VaultExistsError(Exception):
    """The name is taken by another vault, a soft-deleted one where `deleted`: names are global."""

    def __init__(self, name: str, *, deleted: bool) -> None:
        super().__init__(f"the vault name '{name}' is in use{' by a deleted vault' if deleted else ''}")
        self.deleted = deleted


class PurgeProtectedError(Exception):
    """The vault has purge protection, so it goes at the end of its retention and not before."""


class Vaults:
    """All vaults by name, without regard to case. `live` and `gone` are the whole state."""

    def __init__(self, vaults: Iterable[Vault], now: datetime) -> None:
        self.live: dict[str, Vault] = {}
        self.gone: dict[str, DeletedVault] = {}
        self._listeners: list[Callable[[Vault, datetime], object]] = []
        for vault in vaults:
            self.create(vault, now)

    def __iter__(self) -> Iterator[Vault]:
        return iter(tuple(self.live.values()))

    def by_name(self, name: str) -> Vault | None:
        """Return the vault that is called so."""
        return self.live.get(name.lower())

    def by_host(self, host: str) -> Vault | None:
        """Return the vault that answers at this host name."""
        vault = self.live.get(host.partition(".")[0])
        return vault if vault is not None and vault.host == host else None

    def find(self, resource_id: str) -> Vault | None:
        """Return the vault with this ARM id."""
        vault = self.by_name(resource_id.rpartition("/")[2])
        return vault if vault is not None and vault.resource_id.lower() == resource_id.lower() else None

    def known(self, resource_id: str) -> Vault | None:
        """Return the vault that has this ARM id, or had it until it was soft-deleted."""
        gone = self.gone.get(resource_id.rpartition("/")[2].lower())
        if gone is not None and gone.vault.resource_id.lower() == resource_id.lower():
            return gone.vault
        return self.find(resource_id)

    def on_deleted(self, callback: Callable[[Vault, datetime], object]) -> None:
        """Call back for each vault that is soft-deleted: what was granted or subscribed at it ends then."""
        self._listeners.append(callback)

    def create(self, vault: Vault, now: datetime) -> None:
        """Take the vault in. VaultExistsError where its name is taken."""
        self._expire(now)
        name = vault.name.lower()
        if name in self.live or name in self.gone:
            raise VaultExistsError(vault.name, deleted=name in self.gone)
        vault.created = vault.created or now
        self.live[name] = vault

    def delete(self, vault: Vault, now: datetime) -> DeletedVault:
        """Soft-delete the vault: it serves nobody any more, and its name stays taken."""
        deleted = DeletedVault(
            vault=self.live.pop(vault.name.lower()),
            deleted=now,
            purged=now + timedelta(days=vault.objects.retention_days),
        )
        self.gone[vault.name.lower()] = deleted
        for listener in self._listeners:
            listener(vault, now)
        return deleted

    def deleted(self, now: datetime) -> tuple[DeletedVault, ...]:
        """Return the soft-deleted vaults, in the order of their deletion."""
        self._expire(now)
        return tuple(self.gone.values())

    def deleted_by_name(self, name: str, now: datetime) -> DeletedVault | None:
        """Return the soft-deleted vault that was called so."""
        self._expire(now)
        return self.gone.get(name.lower())

    def recover(self, deleted: DeletedVault) -> Vault:
        """Bring the vault back with all it held. What was granted or subscribed at it does not come back."""
        del self.gone[deleted.vault.name.lower()]
        self.live[deleted.vault.name.lower()] = deleted.vault
        return deleted.vault

    def purge(self, deleted: DeletedVault) -> None:
        """Forget the vault for good and free its name. PurgeProtectedError where that is forbidden."""
        if deleted.vault.purge_protection:
            raise PurgeProtectedError(deleted.vault.name)
        del self.gone[deleted.vault.name.lower()]

    def _expire(self, now: datetime) -> None:
        for name, deleted in tuple(self.gone.items()):
            if deleted.purged <= now:
                del self.gone[name]
