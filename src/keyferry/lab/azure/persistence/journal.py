"""What has changed since the rows were last written: cheap after one request, whole when asked for all."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.eventgrid import callback
from keyferry.lab.azure.persistence import codec, estate, shelves
from keyferry.lab.azure.persistence.codec import UnreadableError
from keyferry.lab.azure.persistence.tables import RowKey, Table
from keyferry.lab.world.faults import Service
from keyferry.lab.world.http import Request

SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")
Rows = Mapping[RowKey, bytes]


@dataclass(slots=True, kw_only=True)
class Changes:
    """Rows to write and rows to delete."""

    put: dict[RowKey, bytes] = field(default_factory=dict)
    gone: set[RowKey] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.put or self.gone)


class Journal:
    """Compares an Azure, and the tables around it, with what was last written of them."""

    def __init__(self, azure: Azure, around: Iterable[Table] = ()) -> None:
        self._azure = azure
        self._tables = (*around, *estate.tables(azure))
        self._written: defaultdict[str, dict[RowKey, bytes]] = defaultdict(dict)  # digests, by scope

    def restore(self, rows: Rows) -> None:
        """Put the rows in the place of all that the Azure holds. UnreadableError where one is not of this version."""
        by_table: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        types = {table.name: table.type for table in self._tables}
        shelved: dict[RowKey, Any] = {}
        for key, data in rows.items():
            if key.table in types:
                by_table[key.table][key.name] = codec.decode(data, types[key.table])
            elif key.table in shelves.TYPES:
                shelved[key] = codec.decode(data, shelves.TYPES[key.table])
            else:
                raise UnreadableError(f"the table {key.table[:80]} is not one of this version")
        for table in self._tables:
            table.take(by_table[table.name])
        shelves.restore(self._azure.vaults, shelved)
        for key, data in rows.items():
            self._written[key.scope][key] = _digest(data)

    def after(self, request: Request) -> Changes:
        """Return what `request`, which is answered, may have changed; it counts as written from now on."""
        match self._azure.service(request.host):
            case Service.VAULT:
                return self._after_vault(request)
            case Service.ENTRA:
                return self._compare(self._plain((estate.SIGNING_KEYS,)), self._known((estate.SIGNING_KEYS,)))
            case _ if request.method in SAFE_METHODS and not callback.is_host(request.host):
                return Changes()
            case _:
                return self.estate()

    def estate(self) -> Changes:
        """Return what has changed but for what vaults hold; vaults that are gone are emptied."""
        gone = set(self._written) - {"", *shelves.scopes(self._azure.vaults)}
        changes = self._compare(self._plain(), set(self._written[""]))
        for scope in gone:
            changes.gone |= set(self._written.pop(scope))
        return changes

    def all(self) -> Changes:
        """Return all that has changed."""
        changes = self.estate()
        for scope, vault in shelves.scopes(self._azure.vaults).items():
            held = self._compare(shelves.rows(vault), set(self._written[scope]))
            changes.put |= held.put
            changes.gone |= held.gone
        return changes

    def forget(self, changes: Changes) -> None:
        """Take back that the changes are written: they are found again, as they are by then."""
        for key in changes.put:
            self._written[key.scope].pop(key, None)
        for key in changes.gone:
            self._written[key.scope][key] = b""

    def _after_vault(self, request: Request) -> Changes:
        """A request names its object in the second segment of its path, or in the body when it restores one."""
        vault = self._azure.vaults.by_host(request.host)
        family, _, rest = request.path.strip("/").partition("/")
        name = rest.partition("/")[0]
        if vault is None or not name:
            return Changes()
        scope = vault.name.lower()
        if request.method == "POST" and rest == "restore":
            return self._with_events(request, self._compare(shelves.rows(vault), set(self._written[scope])))
        if family == "certificates" and name in ("contacts", "issuers"):
            return self._compare(self._plain(("vaults",)), self._known(("vaults",)))
        known = {key for key in shelves.keys(scope, name) if key in self._written[scope]}
        return self._with_events(request, self._compare(shelves.rows(vault, name), known))

    def _with_events(self, request: Request, changes: Changes) -> Changes:
        """A new version puts events on their way, which must not be lost when the version is not."""
        if request.method not in SAFE_METHODS:
            told = self._compare(self._plain(estate.EVENTS), self._known(estate.EVENTS))
            changes.put |= told.put
            changes.gone |= told.gone
        return changes

    def _plain(self, only: tuple[str, ...] = ()) -> Iterator[tuple[RowKey, Any]]:
        for table in self._tables:
            if not only or table.name in only:
                yield from ((RowKey(table.name, "", name), value) for name, value in table.rows().items())

    def _known(self, only: tuple[str, ...]) -> set[RowKey]:
        return {key for key in self._written[""] if key.table in only}

    def _compare(self, current: Iterable[tuple[RowKey, Any]], known: set[RowKey]) -> Changes:
        """Return how `current` differs from what was written under the `known` keys."""
        changes = Changes(gone=known)
        for key, value in current:
            data = codec.encode(value)
            changes.gone.discard(key)
            digest = _digest(data)
            if self._written[key.scope].get(key) != digest:
                self._written[key.scope][key] = digest
                changes.put[key] = data
        for key in changes.gone:
            del self._written[key.scope][key]
        return changes


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()
