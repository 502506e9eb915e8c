"""Server-side apply: a client sends all it cares for, and owns exactly that.

1. An object that nobody owns belongs to `before-first-apply`, so that an apply does not take it over unseen.
2. Merge the configuration into the object.
3. Take out what this manager applied before, applies no longer, and nobody else owns.
4. Where that changes a field of another owner, refuse, or with force take the field from them.
5. The manager's entry is what it applied; what equals another owner's value belongs to both.
"""

from dataclasses import replace
from typing import Any

from keyferry.lab.kubernetes.managed_fields import comparison, entries, merging, paths, structure, tracking
from keyferry.lab.kubernetes.managed_fields.comparison import UNOWNED, Changes
from keyferry.lab.kubernetes.managed_fields.conflicts import Conflict, Conflicts
from keyferry.lab.kubernetes.managed_fields.entries import Entry, Owner, Writer
from keyferry.lab.kubernetes.managed_fields.paths import PathSet
from keyferry.lab.kubernetes.managed_fields.structure import Schema

Object = dict[str, Any]
Owners = dict[Owner, Entry]

BEFORE_FIRST_APPLY = "before-first-apply"


def apply(live: Object | None, applied: Object, writer: Writer, schema: Schema | None, *, force: bool) -> Object:
    """Return the object after the apply, with its managedFields; `live` is None where it does not exist yet.

    The caller has taken out of `applied` what its resource ignores (`status`, or all but it for that subresource).
    The inputs stay as they are, and the result may share parts with them. Raises Conflicts.
    """
    schema = structure.whole(schema)
    owners = _owners(live, writer, schema)  # (1)
    me = writer.owner("Apply")
    former = owners.pop(me, None)
    configuration = _configuration(applied)
    spoken = comparison.applied(configuration, schema)
    merged = merging.merge(live or {}, configuration, schema)  # (2)
    gone = _gone(former, spoken | entries.union(owners.values()))
    result = merging.remove(merged, gone, schema)  # (3)
    changes = comparison.compare(live or {}, result, schema)
    if not force:
        _refuse_conflicts(owners, changes)  # (4)
    others = {owner: _without(entry, changes) for owner, entry in owners.items()}
    entry = Entry(fields=spoken - UNOWNED, api_version=writer.api_version, time=entries.rfc3339(writer.now))
    if former and changes.nothing and replace(entry, time=former.time) == former:
        entry = former  # an apply that changes nothing leaves no trace
    return tracking.with_entries(result, {**others, me: entry})  # (5)


def _owners(live: Object | None, writer: Writer, schema: Schema) -> Owners:
    owners = tracking.stored(live)
    if live is None or owners:
        return owners
    first = Owner(
        manager=BEFORE_FIRST_APPLY, operation="Update", api_version=live.get("apiVersion", ""), subresource=""
    )
    everything = frozenset(comparison.compare({}, live, schema).added)
    return {first: Entry(fields=everything, api_version=first.api_version, time=entries.rfc3339(writer.now))}


def _configuration(applied: Object) -> Object:
    cleaned: Object = merging.without_nulls(applied)
    metadata = {name: part for name, part in cleaned.get("metadata", {}).items() if name != "managedFields"}
    return {**cleaned, "metadata": metadata}


def _gone(former: Entry | None, kept: PathSet) -> PathSet:
    return paths.with_parents(former.fields) - paths.with_parents(kept) if former else frozenset()


def _refuse_conflicts(owners: Owners, changes: Changes) -> None:
    taken = changes.added | changes.modified
    found = [Conflict(owner=owner, path=path) for owner, entry in owners.items() for path in entry.fields & taken]
    if found:
        raise Conflicts(found)


def _without(entry: Entry, changes: Changes) -> Entry:
    return replace(entry, fields=entry.fields - changes.added - changes.modified - changes.removed)
