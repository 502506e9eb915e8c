"""What to write for one object: a child in each namespace that it means, and none elsewhere. Pure.

keyferry adds no finalizers: the garbage collector deletes children with their owner. What External Secrets Operator has
put on namespaces and objects is taken away where it would hold something up that is to go (ADR 0006).
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from keyferry.kube.wire.objects import Key, ObjectMeta, PartialObject
from keyferry.model.errors import SpecError, foreign
from keyferry.spec.fanout import Fanout
from keyferry.sync.fanout.child import Blueprint, owner, owner_name
from keyferry.sync.fanout.kinds import Kind
from keyferry.sync.fanout.state import (
    Child,
    CreateChild,
    DeleteChild,
    PatchChild,
    Plan,
    ReleaseNamespace,
    Removal,
    RemoveFinalizer,
    Snapshot,
    Write,
)


def plan(kind: Kind, snapshot: Snapshot, wanted: Fanout | SpecError) -> Plan:
    """Return what to do. An invalid object changes nothing: its children keep what they have."""
    watched, namespaces = snapshot.watched.metadata, snapshot.namespaces
    finalizer = kind.finalizer_of(watched.name)
    if watched.deletion_timestamp is not None:
        removals: Iterable[Removal] = chain(_releases(namespaces, finalizer), _own_finalizer(watched, kind.finalizer))
        return Plan(removals=tuple(removals), is_silent=True)
    if isinstance(wanted, SpecError):
        leaving = [each for each in namespaces if each.metadata.deletion_timestamp is not None]
        return Plan(removals=tuple(_releases(leaving, finalizer)))
    meant = {each.metadata.name for each in namespaces if _is_meant(each, wanted)}
    elsewhere = [each for each in namespaces if each.metadata.name not in meant]
    foreign_ones = {name: _reason(kind, child) for name, child in _foreign(kind, snapshot, meant)}
    return Plan(
        writes=tuple(_writes(kind, snapshot, wanted, sorted(meant - foreign_ones.keys()))),
        removals=(*_deletions(snapshot, meant, wanted.child_name), *_releases(elsewhere, finalizer)),
        wanted=tuple(sorted(meant)),
        foreign=foreign_ones,
        again_after=wanted.refresh_interval,
    )


def abandoned(kind: Kind, name: str, namespaces: Iterable[PartialObject]) -> Plan:
    """Return what to do for an object that exists no longer: its finalizers must not hold namespaces for ever."""
    return Plan(removals=tuple(_releases(namespaces, kind.finalizer_of(name))), is_silent=True)


def _is_meant(namespace: PartialObject, wanted: Fanout) -> bool:
    metadata = namespace.metadata
    return metadata.deletion_timestamp is None and wanted.wants(metadata.name, metadata.labels)


def _foreign(kind: Kind, snapshot: Snapshot, meant: set[str]) -> Iterator[tuple[str, Child]]:
    name = snapshot.watched.metadata.name
    for namespace, child in snapshot.present.items():
        if namespace in meant and owner_name(child, kind) != name:
            yield namespace, child


def _reason(kind: Kind, child: Child) -> str:
    found = owner(child)
    whose = "which nobody owns" if found is None else f"which belongs to {foreign(f'{found.kind} {found.name}')}"
    return (
        f"there is another {kind.children.kind} {child.metadata.name} already, {whose}; delete it, "
        f"or set spec.{kind.spec.stem}Name to another name"
    )


def _writes(kind: Kind, snapshot: Snapshot, wanted: Fanout, namespaces: Iterable[str]) -> Iterator[Write]:
    blueprint = Blueprint(kind, wanted)
    for namespace in namespaces:
        key = Key(namespace=namespace, name=wanted.child_name)
        child = snapshot.present.get(namespace)
        if child is not None:
            patch = blueprint.difference(child)
            if patch:
                yield PatchChild(key=key, patch=patch, seen=child)
        elif namespace not in snapshot.made:
            yield CreateChild(key=key, document=blueprint.document(namespace))


def _deletions(snapshot: Snapshot, meant: set[str], name: str) -> Iterator[DeleteChild]:
    for child in snapshot.children:
        metadata = child.metadata
        if metadata.deletion_timestamp is None and (metadata.namespace not in meant or metadata.name != name):
            yield DeleteChild(key=metadata.key, uid=metadata.uid)


def _releases(namespaces: Iterable[PartialObject], finalizer: str) -> Iterator[ReleaseNamespace]:
    for namespace in namespaces:
        metadata = namespace.metadata
        if finalizer and finalizer in metadata.finalizers:
            yield ReleaseNamespace(
                name=metadata.name,
                remaining=tuple(each for each in metadata.finalizers if each != finalizer),
                resource_version=metadata.resource_version,
            )


def _own_finalizer(watched: ObjectMeta, finalizer: str) -> Iterator[RemoveFinalizer]:
    if finalizer and finalizer in watched.finalizers:
        yield RemoveFinalizer(
            name=watched.name,
            remaining=tuple(each for each in watched.finalizers if each != finalizer),
            resource_version=watched.resource_version,
        )
