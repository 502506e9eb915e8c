"""Which stores a PushSecret writes to, and how Kubernetes is asked for Secrets by their labels. Pure."""

from collections.abc import Iterable
from typing import assert_never

from keyferry.model.errors import NotFound, SpecError, Where
from keyferry.spec.label_selectors import LabelSelector, Operator, Requirement
from keyferry.spec.push_secret import PushSecret, StoreChoice
from keyferry.spec.secret_store import CLUSTER_KIND, KIND
from keyferry.spec.sources import StoreRef
from keyferry.sync.push.state import StoreToWrite
from keyferry.sync.state import WatchedStore


def resolved(spec: PushSecret, stores: Iterable[WatchedStore]) -> tuple[StoreToWrite, ...]:
    """Return the stores that are meant, of those that the namespace may see, each once, without what is being deleted.

    NotFound for one that is named and not there; SpecError for a `dataTo` that means none of them.
    """
    visible = [store for store in stores if store.metadata.namespace in ("", spec.namespace)]
    found: dict[str, StoreToWrite] = {}
    for index, choice in enumerate(spec.stores):
        meant = [store for store in visible if _is_meant(choice, store)]
        if choice.name and not meant:
            raise _absent(spec, choice, index)
        for store in sorted(meant, key=lambda each: each.metadata.name):
            if store.metadata.deletion_timestamp is None:
                target = _target(store)
                found[target.name] = target
    _check_data_to(spec, found.values())
    return tuple(found.values())


def label_selector(selector: LabelSelector) -> str:
    """Return the selector as a query of the Kubernetes API has it."""
    return ",".join(_requirement(requirement) for requirement in selector.requirements)


def _is_meant(choice: StoreChoice, store: WatchedStore) -> bool:
    metadata = store.metadata
    if (choice.kind == KIND) != bool(metadata.namespace):
        return False
    if choice.name:
        return choice.name == metadata.name
    return choice.selector is not None and choice.selector.fits(metadata.labels)


def _target(store: WatchedStore) -> StoreToWrite:
    kind = KIND if store.metadata.namespace else CLUSTER_KIND
    return StoreToWrite(reference=StoreRef(kind=kind, name=store.metadata.name), labels=store.metadata.labels)


def _check_data_to(spec: PushSecret, found: Iterable[StoreToWrite]) -> None:
    targets = tuple(found)
    for index, entry in enumerate(spec.data_to):
        choice = entry.store
        if (
            choice.selector is not None
            and targets
            and not any(
                target.reference.kind == choice.kind and choice.selector.fits(target.labels) for target in targets
            )
        ):
            raise SpecError(
                what=f"spec.dataTo[{index}] goes to no store",
                cause="no store of spec.secretStoreRefs has labels that fit its storeRef.labelSelector",
                remedy="correct the selector, or the labels of a store",
                where=_where(spec, f"spec.dataTo[{index}].storeRef.labelSelector"),
            )


def _absent(spec: PushSecret, choice: StoreChoice, index: int) -> NotFound:
    path = f"spec.secretStoreRefs[{index}].name"
    place = f"{spec.namespace}/{choice.name}" if choice.kind == KIND else choice.name
    return NotFound(
        what=f"{choice.kind} {place} does not exist",
        cause=f"PushSecret {spec.namespace}/{spec.name} names it",
        remedy=f"create the store, or correct {path}",
        where=_where(spec, path),
    )


def _where(spec: PushSecret, path: str) -> Where:
    return Where(kind="PushSecret", namespace=spec.namespace, name=spec.name, path=path)


def _requirement(requirement: Requirement) -> str:
    values = ",".join(sorted(requirement.values))
    match requirement.operator:
        case Operator.IN:
            return f"{requirement.key}={values}" if len(requirement.values) == 1 else f"{requirement.key} in ({values})"
        case Operator.NOT_IN:
            return f"{requirement.key} notin ({values})"
        case Operator.EXISTS:
            return requirement.key
        case Operator.DOES_NOT_EXIST:
            return f"!{requirement.key}"
        case _:
            assert_never(requirement.operator)
