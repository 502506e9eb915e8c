"""The entries of `metadata.managedFields`, and who is writing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from keyferry.lab.kubernetes.managed_fields import paths
from keyferry.lab.kubernetes.managed_fields.paths import MalformedFields, PathSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """What tells entries apart. An applier is one owner in all API versions, so there `api_version` is ""."""

    manager: str
    operation: str
    api_version: str
    subresource: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who writes, in which API version, through which subresource ("" for the object itself), and when."""

    manager: str
    api_version: str
    subresource: str = ""
    now: datetime

    def owner(self, operation: str) -> Owner:
        """Return the owner that this writer is in an operation, `Update` or `Apply`."""
        version = "" if operation == "Apply" else self.api_version
        return Owner(manager=self.manager, operation=operation, api_version=version, subresource=self.subresource)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The fields of one owner. `api_version` is the one that the fields are named in; `time` is RFC 3339 or ""."""

    fields: PathSet
    api_version: str
    time: str


Entries = Mapping[Owner, Entry]


def decode(managed_fields: Any) -> dict[Owner, Entry]:
    """Return the entries by owner; several of one owner are united. Raises MalformedFields."""
    if not isinstance(managed_fields or [], list):
        raise MalformedFields("managedFields is a list")
    entries: dict[Owner, Entry] = {}
    for raw in managed_fields or ():
        owner, entry = _decode_one(raw)
        if owner in entries:
            entry = Entry(fields=entry.fields | entries[owner].fields, api_version=entry.api_version, time=entry.time)
        entries[owner] = entry
    return entries


def encode(entries: Entries) -> list[dict[str, Any]]:
    """Return the list for the object, without empty entries, in Kubernetes' order: appliers first, then by time."""
    kept = [(owner, entry) for owner, entry in entries.items() if entry.fields]
    return [_encode_one(owner, entry) for owner, entry in sorted(kept, key=_rank)]


def is_reset(managed_fields: Any) -> bool:
    """Tell whether a client asks to forget all owners, which it does by writing one empty entry."""
    return isinstance(managed_fields, list) and managed_fields == [{}]


def rfc3339(instant: datetime) -> str:
    """Return the instant as managedFields writes it, to the second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def union(entries: Iterable[Entry]) -> PathSet:
    """Return all fields that have an owner."""
    return frozenset().union(*(entry.fields for entry in entries))


def _decode_one(raw: Any) -> tuple[Owner, Entry]:
    if not isinstance(raw, dict) or raw.get("operation") not in ("Apply", "Update"):
        raise MalformedFields("an entry of managedFields is an object with an operation")
    version = raw.get("apiVersion", "")
    owner = Owner(
        manager=raw.get("manager", ""),
        operation=raw["operation"],
        api_version="" if raw["operation"] == "Apply" else version,
        subresource=raw.get("subresource", ""),
    )
    fields = raw.get("fieldsV1") or {}
    if not isinstance(fields, dict):
        raise MalformedFields("fieldsV1 is an object")
    return owner, Entry(fields=paths.parse(fields), api_version=version, time=raw.get("time") or "")


def _encode_one(owner: Owner, entry: Entry) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "manager": owner.manager,
        "operation": owner.operation,
        "apiVersion": entry.api_version,
        "time": entry.time,
        "fieldsType": "FieldsV1",
        "fieldsV1": paths.render(entry.fields),
        "subresource": owner.subresource,
    }
    return {name: value for name, value in raw.items() if value != ""}


def _rank(pair: tuple[Owner, Entry]) -> tuple[str, str, str, str, str]:
    owner, entry = pair
    return owner.operation, entry.time, owner.manager, entry.api_version, owner.subresource
