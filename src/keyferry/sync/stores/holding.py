"""Whether a store must stay: while a PushSecret with deletionPolicy Delete needs it to delete what it pushed. Pure.

Upstream's operator holds such a store by a finalizer, and lets it go when the last of them is gone or no longer
deletes: https://external-secrets.io/latest/api/pushsecret/. A PushSecret names a store, or selects some by label, or
has pushed to one that it names no more.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from keyferry.kube.wire.objects import Key, ObjectMeta
from keyferry.model.wellknown import STORE_FINALIZER
from keyferry.spec.label_selectors import LabelSelector
from keyferry.sync.state import WatchedStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The stores that a PushSecret means by their labels: those of its own namespace, or with "" the cluster's."""

    namespace: str
    selector: LabelSelector


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """What holding needs to know of one PushSecret. `stores` are those that it names or has pushed to."""

    deletes: bool
    stores: frozenset[Key] = frozenset()
    selections: tuple[Selection, ...] = ()


def finalizers(store: WatchedStore, holders: Iterable[Holder]) -> tuple[str, ...] | None:
    """Return the finalizers that the store is to have, None where it has them. To a deleted one none is added."""
    present, held = tuple(store.metadata.finalizers), any(_holds(holder, store.metadata) for holder in holders)
    if held == (STORE_FINALIZER in present):
        return None
    if not held:
        return tuple(finalizer for finalizer in present if finalizer != STORE_FINALIZER)
    return None if store.metadata.deletion_timestamp else (*present, STORE_FINALIZER)


def _holds(holder: Holder, store: ObjectMeta) -> bool:
    return holder.deletes and (
        store.key in holder.stores
        or any(
            selection.namespace == store.namespace and selection.selector.fits(store.labels)
            for selection in holder.selections
        )
    )
