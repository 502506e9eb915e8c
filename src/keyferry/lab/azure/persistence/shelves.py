"""What the vaults hold, as rows: one for each secret, key or certificate with all its versions."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from keyferry.lab.azure.keyvault.certificate import Certificate
from keyferry.lab.azure.keyvault.key import Key
from keyferry.lab.azure.keyvault.secret import Secret
from keyferry.lab.azure.keyvault.shelf import Deleted, Shelf
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.azure.keyvault.vaults import Vaults
from keyferry.lab.azure.persistence.tables import RowKey

_STATES: Final = ("live", "deleted", "recovering")
TYPES: Final[Mapping[str, Any]] = {
    "secrets.live": Secret,
    "secrets.deleted": Deleted[Secret],
    "secrets.recovering": int,
    "keys.live": Key,
    "keys.deleted": Deleted[Key],
    "keys.recovering": int,
    "certificates.live": Certificate,
    "certificates.deleted": Deleted[Certificate],
    "certificates.recovering": int,
}


def scopes(vaults: Vaults) -> dict[str, Vault]:
    """Return the vaults that hold something, the soft-deleted among them, by the scope of their rows."""
    return {**vaults.live, **{name: deleted.vault for name, deleted in vaults.gone.items()}}


def rows(vault: Vault, name: str | None = None) -> Iterator[tuple[RowKey, Any]]:
    """Return all rows of a vault, or those of the objects that are called `name` in whatever case."""
    scope = vault.name.lower()
    for table in TYPES:
        held = _held(vault, table)
        for key in held if name is None else [name.lower()]:
            if key in held:
                yield RowKey(table, scope, key), held[key]


def keys(scope: str, name: str) -> Iterable[RowKey]:
    """Return the keys that rows of objects of this name have, whether they exist or not."""
    return [RowKey(table, scope, name.lower()) for table in TYPES]


def restore(vaults: Vaults, stored: Mapping[RowKey, Any]) -> None:
    """Put the rows in the place of all that the vaults hold. Rows of vaults that are gone are left out."""
    by_scope = scopes(vaults)
    for vault in by_scope.values():
        for table in TYPES:
            _held(vault, table).clear()
    for key, value in stored.items():
        if key.table in TYPES and key.scope in by_scope:
            _held(by_scope[key.scope], key.table)[key.name] = value


def _held(vault: Vault, table: str) -> dict[str, Any]:
    kind, _, state = table.partition(".")
    shelf: Shelf[Any] = getattr(vault.objects, kind)
    held: dict[str, Any] = getattr(shelf, state)
    return held
