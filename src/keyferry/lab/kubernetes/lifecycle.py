"""How objects end: marked for deletion, held by finalizers or a grace period, removed when nothing holds them any more.

Called by the verbs and by the controllers. Source:
https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/ and .../architecture/garbage-collection/.
"""

from datetime import datetime

from keyferry.lab.kubernetes import graceful, objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.storage.journal import Stored
from keyferry.lab.kubernetes.storage.store import StorageKey, Store

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"
_FINALIZER_OF = {"Foreground": FOREGROUND, "Orphan": ORPHAN}


def is_ending(document: Object) -> bool:
    """Whether somebody asked for the object's deletion."""
    return "deletionTimestamp" in document["metadata"]


def is_held(document: Object) -> bool:
    """Whether a finalizer or a grace period keeps the object.

    A namespace has finalizers of its own in its specification. A grace period is over when somebody deletes the object
    with none: for a pod its kubelet, once the containers have ended.
    """
    own = objects.dig(document, "spec", "finalizers") if document.get("kind") == "Namespace" else None
    return bool(objects.finalizers(document) or own or objects.metadata(document).get(graceful.PERIOD))


def marked(document: Object, now: datetime, propagation: str, grace_seconds: int | None = None) -> Object:
    """Return a copy of the object as it is once its deletion has begun.

    `grace_seconds` is what the request says, None for the object's own; see `graceful`.
    """
    copied = objects.copy(document)
    metadata = objects.metadata(copied)
    _set_finalizers(metadata, _finalizers(objects.finalizers(copied), propagation))
    if "deletionTimestamp" not in metadata:
        metadata |= graceful.begun(graceful.period(copied, grace_seconds), now)
        if "generation" in metadata:
            metadata["generation"] += 1
        if copied["kind"] == "Namespace":
            copied["status"] = {**(copied.get("status") or {}), "phase": "Terminating"}
    else:
        metadata |= graceful.shortened(metadata, grace_seconds)
    return copied


def delete(
    store: Store,
    kind: StorageKey,
    stored: Stored,
    now: datetime,
    propagation: str = "",
    *,
    grace_seconds: int | None = None,
) -> Stored | None:
    """Begin the deletion of an object; return what is left of it, None when it is gone."""
    document = marked(stored.document, now, propagation, grace_seconds)
    if not is_held(document):
        store.remove(kind, stored.key)
        return None
    return stored if document == stored.document else store.put(kind, document)


def put(store: Store, kind: StorageKey, document: Object) -> Stored:
    """Store a new state of an object; one that is ending and held by nothing is removed at once."""
    written = store.put(kind, document)
    if is_ending(document) and not is_held(document):
        store.remove(kind, written.key)
    return written


def without_finalizer(document: Object, finalizer: str) -> Object:
    """Return a copy of the object without `finalizer`."""
    copied = objects.copy(document)
    _set_finalizers(objects.metadata(copied), [one for one in objects.finalizers(copied) if one != finalizer])
    return copied


def _finalizers(present: list[str], propagation: str) -> list[str]:
    if not propagation:
        return present
    kept = [finalizer for finalizer in present if finalizer not in (FOREGROUND, ORPHAN)]
    added = _FINALIZER_OF.get(propagation)
    return [*kept, added] if added else kept


def _set_finalizers(metadata: Object, finalizers: list[str]) -> None:
    if finalizers:
        metadata["finalizers"] = finalizers
    else:
        metadata.pop("finalizers", None)
