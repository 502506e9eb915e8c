"""What garbage collection does with an object: kept, deleted, or freed of owners. Pure decisions; the server acts.

Called by the server after deletions and by its collector. Rules:
https://kubernetes.io/docs/concepts/architecture/garbage-collection/
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, assert_never

Object = dict[str, Any]

ORPHAN_FINALIZER: Final = "orphan"
FOREGROUND_FINALIZER: Final = "foregroundDeletion"


class Propagation(StrEnum):
    """What a deletion means for the dependents."""

    BACKGROUND = "Background"  # the owner goes at once, its dependents are collected afterwards
    FOREGROUND = "Foreground"  # the owner waits until its blocking dependents are gone
    ORPHAN = "Orphan"  # the dependents stay and lose the owner


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """An object that exists, cluster-wide where `namespace` is ""; `deleting_dependents` while it waits for those."""

    group: str
    kind: str
    namespace: str
    name: str
    deleting_dependents: bool = False


Index = Mapping[str, Live]
"""Every object that exists, by UID."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """The object has no owners, or nothing happened to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect:
    """All owners are gone or wait for their dependents: delete the object so."""

    propagation: Propagation


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One owner is left; the references to these are to be taken out."""

    uids: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What an object that is being deleted needs: dependents to delete or to release, then its finalizer to go."""

    delete: tuple[Object, ...] = ()
    release: tuple[Object, ...] = ()
    finished: str = ""  # the finalizer that may go now


def identity(document: Object) -> Live:
    """Return the object's entry for the index."""
    metadata = document["metadata"]
    return Live(
        group=_group(document.get("apiVersion", "")),
        kind=document.get("kind", ""),
        namespace=metadata.get("namespace", ""),
        name=metadata["name"],
        deleting_dependents=_is_deleting(document) and FOREGROUND_FINALIZER in metadata.get("finalizers", ()),
    )


def judge(document: Object, index: Index) -> Keep | Collect | Release:
    """Return what happens to an object, given all that exist.

    An owner counts only if its UID lives under the name, kind and group that the reference gives, in the object's
    namespace or cluster-wide.
    """
    references = document["metadata"].get("ownerReferences", ())
    owners = {reference["uid"]: _owner(reference, document, index) for reference in references}
    lost = {uid for uid, owner in owners.items() if owner is None}
    waiting = {uid for uid, owner in owners.items() if owner and owner.deleting_dependents}
    if not lost and not waiting:
        return Keep()
    if len(lost) + len(waiting) < len(owners):
        return Release(uids=frozenset(lost | waiting))
    if waiting:
        return Collect(propagation=Propagation.FOREGROUND)
    return Collect(propagation=_inherited(document["metadata"].get("finalizers", ())))


def propagation(options: Mapping[str, Any], finalizers: Sequence[str]) -> Propagation:
    """Return what a delete request means. Raises ValueError where its policy is none of the three.

    `propagationPolicy` goes first, then the old `orphanDependents`, then a finalizer of an earlier request.
    """
    if options.get("propagationPolicy") is not None:
        return Propagation(options["propagationPolicy"])
    if options.get("orphanDependents") is not None:
        return Propagation.ORPHAN if options["orphanDependents"] else Propagation.BACKGROUND
    return _inherited(finalizers)


def finalizers(wanted: Propagation, existing: Sequence[str]) -> list[str]:
    """Return the object's finalizers after a delete request with this propagation."""
    kept = [one for one in existing if one not in (ORPHAN_FINALIZER, FOREGROUND_FINALIZER)]
    match wanted:
        case Propagation.ORPHAN:
            return [*kept, ORPHAN_FINALIZER]
        case Propagation.FOREGROUND:
            return [*kept, FOREGROUND_FINALIZER]
        case Propagation.BACKGROUND:
            return kept
        case _:
            assert_never(wanted)


def progress(owner: Object, dependents: Sequence[Object]) -> Progress:
    """Return what is next for an owner that is being deleted; `dependents` are all objects that refer to its UID.

    Foreground waits for the dependents that block (`blockOwnerDeletion`) and deletes those that are not going yet.
    """
    present = owner["metadata"].get("finalizers", ())
    if not _is_deleting(owner):
        return Progress()
    if ORPHAN_FINALIZER in present:
        return Progress(release=tuple(dependents), finished=ORPHAN_FINALIZER)
    if FOREGROUND_FINALIZER in present:
        blocked = any(_blocks(one, owner["metadata"]["uid"]) for one in dependents)
        going = tuple(one for one in dependents if not _is_deleting(one))
        return Progress(delete=going, finished="" if blocked else FOREGROUND_FINALIZER)
    return Progress()


def without_owners(document: Object, uids: frozenset[str]) -> Object:
    """Return the object without its references to these owners."""
    metadata = dict(document["metadata"])
    left = [reference for reference in metadata.pop("ownerReferences", ()) if reference["uid"] not in uids]
    return {**document, "metadata": {**metadata, "ownerReferences": left} if left else metadata}


def _owner(reference: Mapping[str, Any], document: Object, index: Index) -> Live | None:
    owner = index.get(reference["uid"])
    if owner is None or (owner.kind, owner.name) != (reference["kind"], reference["name"]):
        return None
    same_space = owner.namespace in ("", document["metadata"].get("namespace", ""))
    return owner if same_space and owner.group == _group(reference["apiVersion"]) else None


def _group(api_version: str) -> str:
    return api_version.rpartition("/")[0]


def _is_deleting(document: Object) -> bool:
    return "deletionTimestamp" in document["metadata"]


def _blocks(dependent: Object, uid: str) -> bool:
    references = dependent["metadata"].get("ownerReferences", ())
    return any(one["uid"] == uid and one.get("blockOwnerDeletion", False) for one in references)


def _inherited(finalizers: Sequence[str]) -> Propagation:
    if ORPHAN_FINALIZER in finalizers:
        return Propagation.ORPHAN
    return Propagation.FOREGROUND if FOREGROUND_FINALIZER in finalizers else Propagation.BACKGROUND
