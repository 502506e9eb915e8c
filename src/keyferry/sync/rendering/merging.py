"""The rewrite step `merge`: values that are JSON objects become one. Pure."""

from collections.abc import Iterator
from typing import Final

from keyferry.model.errors import SpecError, foreign
from keyferry.spec.rewriting import ConflictPolicy, MergeStep, MergeStrategy, PriorityPolicy
from keyferry.sync.rendering import go_json
from keyferry.sync.rendering.entry import Entries, Entry
from keyferry.sync.state import Origin
from keyferry.template.functions.function import Surroundings
from keyferry.template.values import Value

_SHOWN: Final = 10


def merge(world: Surroundings, entries: Entries, step: MergeStep) -> dict[str, Entry]:
    """Return the members of all objects as keys, or the entries with one more that holds the merged object.

    SpecError where a value is no object, a member occurs twice and that is not to be ignored, a key of `priority` does
    not exist and must, or there is no key to put the merged object into.
    """
    if step.strategy is MergeStrategy.JSON and not step.into:
        raise SpecError(
            what="a merge has nowhere to go", cause="strategy is JSON and `into` is empty", remedy="set merge.into"
        )
    merged: dict[str, tuple[Value, Origin | None]] = {}
    conflicts: set[str] = set()
    for key in _order(entries, step):
        members = go_json.read_object(world, entries[key].value)
        conflicts |= merged.keys() & members.keys()
        merged |= {name: (member, entries[key].origin) for name, member in members.items()}
    if conflicts and step.conflicts is ConflictPolicy.ERROR:
        raise _conflict(conflicts)
    if step.strategy is MergeStrategy.EXTRACT:
        return {
            name: Entry(value=go_json.text(world, member), origin=origin) for name, (member, origin) in merged.items()
        }
    members = {name: member for name, (member, _) in merged.items()}
    document = go_json.write(world, members, escapes_html=False)
    origins = {origin for _, origin in merged.values()}
    only = origins.pop() if len(origins) == 1 else None
    return {**entries, step.into: Entry(value=document, origin=only)}


def _order(entries: Entries, step: MergeStep) -> Iterator[str]:
    """Yield the keys by the alphabet, and those of `priority` last, in its order: later ones win."""
    yield from sorted(entries.keys() - set(step.priority))
    for key in step.priority:
        if key in entries:
            yield key
        elif step.priority_policy is PriorityPolicy.STRICT:
            raise SpecError(
                what=f'merge.priority names "{foreign(key)}", which is not there',
                remedy="correct it, or set merge.priorityPolicy to IgnoreNotFound",
            )


def _conflict(names: set[str]) -> SpecError:
    shown = ", ".join(f'"{foreign(name)}"' for name in sorted(names)[:_SHOWN])
    return SpecError(
        what=f"a merge meets {shown} more than once",
        cause="conflictPolicy is Error",
        remedy="set merge.conflictPolicy to Ignore, and merge.priority for who wins",
    )
