"""Keeps `metadata.managedFields` up when an object is created, updated or patched. Called on every write but apply.

1. The entries are those that the client sends, if it sends good ones, else those of the stored object. A client that
   sends one empty entry forgets all owners; through a subresource it cannot change them.
2. Compare the two versions field by field; this comes first, because nothing is left to do where they are equal.
3. What came or changed goes from every other owner to the writer, with operation Update.
4. What is gone goes from everybody.
"""

from dataclasses import replace
from typing import Any

from keyferry.lab.kubernetes.managed_fields import comparison, entries, structure
from keyferry.lab.kubernetes.managed_fields.comparison import Changes
from keyferry.lab.kubernetes.managed_fields.entries import Entry, Owner, Writer
from keyferry.lab.kubernetes.managed_fields.paths import MalformedFields
from keyferry.lab.kubernetes.managed_fields.structure import Schema

Object = dict[str, Any]


def update(old: Object | None, new: Object, writer: Writer, schema: Schema | None) -> Object:
    """Return `new` with its managedFields; `old` is what is stored, None on creation. The inputs stay as they are."""
    changes = comparison.compare(old or {}, new, structure.whole(schema))  # (2)
    if changes.nothing and old is not None and _entries(new) in (_entries(old), None):
        return _with_encoded(new, _entries(old))  # the commonest write, and nothing to decode
    owners = _starting_point(old, new, writer)  # (1)
    if old is not None and not owners:
        return with_entries(new, {})  # nobody ever owned it, or a client has just forgotten the owners
    owners = {owner: _without(entry, changes) for owner, entry in owners.items()}  # (3) (4)
    taken = frozenset(changes.added | changes.modified)
    if taken:
        owner = writer.owner("Update")
        held = owners[owner].fields if owner in owners else frozenset()
        time = entries.rfc3339(writer.now)
        owners[owner] = Entry(fields=held | taken, api_version=writer.api_version, time=time)
    return with_entries(new, owners)


def with_entries(document: Object, owners: dict[Owner, Entry]) -> Object:
    """Return the object with these entries, or with no managedFields where there are none."""
    return _with_encoded(document, entries.encode(owners))


def stored(document: Object | None) -> dict[Owner, Entry]:
    """Return the entries of an object; none where there is no object, or they cannot be read."""
    try:
        return entries.decode(_entries(document or {}))
    except MalformedFields:
        return {}


def _entries(document: Object) -> Any:
    return (document.get("metadata") or {}).get("managedFields")


def _with_encoded(document: Object, encoded: Any) -> Object:
    metadata = {name: value for name, value in (document.get("metadata") or {}).items() if name != "managedFields"}
    if encoded:
        metadata["managedFields"] = encoded
    return {**document, "metadata": metadata}


def _starting_point(old: Object | None, new: Object, writer: Writer) -> dict[Owner, Entry]:
    if writer.subresource:
        return stored(old)
    if entries.is_reset(_entries(new)):
        return {}
    return stored(new) or stored(old)


def _without(entry: Entry, changes: Changes) -> Entry:
    left = entry.fields - changes.added - changes.modified - changes.removed
    return entry if len(left) == len(entry.fields) else replace(entry, fields=left)
