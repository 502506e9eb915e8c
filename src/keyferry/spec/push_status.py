"""The status of a PushSecret as a value, with the map of what was pushed as External Secrets Operator writes it.

Called by sync.push. Whoever takes over from another operator deletes by this map what that one wrote.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from keyferry.spec.conditions import Condition, ExternalSecretStatus

Record = Mapping[str, Any]  # one entry as `spec.data` has it
Synced = Mapping[str, Mapping[str, Record]]  # by Kind/name of the store, then by remoteKey[/property]


@dataclass(frozen=True, slots=True, kw_only=True)
class PushSecretStatus:
    """What happened last. `refresh_time` is when the vault was compared last, whatever happened since."""

    refresh_time: datetime | None = None
    synced_resource_version: str = ""
    conditions: tuple[Condition, ...] = ()
    synced: Synced = field(default_factory=dict)

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "PushSecretStatus":
        """Return the status that an object carries; what does not have the form of the API counts as absent."""
        shared = ExternalSecretStatus.read(document)
        status = document.get("status")
        return cls(
            refresh_time=shared.refresh_time,
            synced_resource_version=shared.synced_resource_version,
            conditions=shared.conditions,
            synced=_synced(status.get("syncedPushSecrets") if isinstance(status, Mapping) else None),
        )

    def entries(self) -> Iterator[tuple[str, str, Record]]:
        """Yield store, name and record of everything that was pushed."""
        for store, records in self.synced.items():
            for name, record in records.items():
                yield store, name, record

    def patch(self, stored: "PushSecretStatus") -> dict[str, Any]:
        """Return the merge patch of `status` that makes it this one; what `stored` has beyond it is nulled."""
        fields = ExternalSecretStatus(
            refresh_time=self.refresh_time,
            synced_resource_version=self.synced_resource_version,
            conditions=self.conditions,
        ).to_document()
        synced: dict[str, Any] = {store: dict(records) for store, records in self.synced.items()}
        for store, name, _ in stored.entries():
            if store not in synced:
                synced[store] = None
            elif synced[store] is not None and name not in synced[store]:
                synced[store][name] = None
        for store in stored.synced.keys() - self.synced.keys():
            synced[store] = None
        return fields | {"syncedPushSecrets": synced}


def remote_key(record: Record) -> str:
    """Return the `remoteKey` of a record, "" where it has none."""
    found: Any = record
    for step in ("match", "remoteRef", "remoteKey"):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else ""


def _synced(found: object) -> Synced:
    stores = found if isinstance(found, Mapping) else {}
    return {
        str(store): {str(name): record for name, record in records.items() if isinstance(record, Mapping)}
        for store, records in stores.items()
        if isinstance(records, Mapping)
    }
