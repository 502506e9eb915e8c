"""What a PushSecret's finalizers and status shall be, and what must go from vaults. Pure and total.

Reasons are External Secrets' own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from keyferry.model.errors import KeyferryError
from keyferry.model.wellknown import PUSH_FINALIZER
from keyferry.spec import conditions
from keyferry.spec.push_secret import DeletionPolicy, PushSecret, UpdatePolicy
from keyferry.spec.push_status import PushSecretStatus, Synced
from keyferry.sync.push import schedule
from keyferry.sync.push.state import Deed, PushItem, Removal, StoreToWrite, Told, WatchedPushSecret
from keyferry.vault.writing.wish import Outcome

SYNCED: Final = "Synced"
ERRORED: Final = "Errored"
SOURCE_DELETED: Final = "SourceDeleted"
NOT_OWNED: Final = "NotOwned"  # an event's alone

_SAME: Final = "every store holds what the source holds"
_LEFT: Final = (
    "every store has these objects; those that existed before were left as they are (updatePolicy IfNotExists)"
)


def finalizers(watched: WatchedPushSecret, spec: PushSecret) -> tuple[str, ...] | None:
    """Return the finalizers that a PushSecret which is not being deleted shall have; None where it has them."""
    present = tuple(watched.metadata.finalizers)
    wanted = spec.deletion_policy is DeletionPolicy.DELETE
    if wanted == (PUSH_FINALIZER in present):
        return None
    return (*present, PUSH_FINALIZER) if wanted else released(watched)


def released(watched: WatchedPushSecret) -> tuple[str, ...]:
    """Return the finalizers without ours."""
    return tuple(name for name in watched.metadata.finalizers if name != PUSH_FINALIZER)


def all_removals(status: PushSecretStatus) -> tuple[Removal, ...]:
    """Return everything that was ever pushed and not deleted since."""
    return tuple(Removal(store=store, name=name, record=record) for store, name, record in status.entries())


def removals(spec: PushSecret, status: PushSecretStatus, wanted: Iterable[PushItem]) -> tuple[Removal, ...]:
    """Return what was pushed and is wanted no more; nothing without deletionPolicy Delete."""
    if spec.deletion_policy is not DeletionPolicy.DELETE:
        return ()
    kept = {(f"{item.store.kind}/{item.store.name}", item.name) for item in wanted}
    return tuple(removal for removal in all_removals(status) if (removal.store, removal.name) not in kept)


def is_moved(stores: Iterable[StoreToWrite], status: PushSecretStatus) -> bool:
    """Tell whether other stores are meant than those that were pushed to."""
    return {store.name for store in stores} != status.synced.keys()


def succeeded(
    status: PushSecretStatus,
    spec: PushSecret,
    stores: Iterable[StoreToWrite],
    pushed: Sequence[Deed],
    removed: Sequence[Deed],
    now: datetime,
) -> Told:
    """Return what to tell when all went well. An event tells of changes alone: a quiet hour has none.

    Every store is listed, those to which nothing went too, as upstream does.
    """
    message = _SAME if spec.update_policy is UpdatePolicy.REPLACE else _LEFT
    wanted = conditions.ready(is_ready=True, reason=SYNCED, message=message)
    told = PushSecretStatus(
        refresh_time=conditions.to_seconds(now),
        synced_resource_version=schedule.version_of(spec),
        conditions=conditions.with_condition(status.conditions, wanted, now),
        synced=_mapped(stores, pushed),
    )
    changed = not schedule.is_well(status) or any(_is_change(deed) for deed in (*pushed, *removed))
    return Told(
        status=None if told == status else told,
        reason=SYNCED if changed else "",
        message=_counted(pushed, removed) if changed else "",
    )


def failed(status: PushSecretStatus, failure: KeyferryError, now: datetime, deeds: Sequence[Deed] = ()) -> Told:
    """Return what to tell of a failure: what was pushed stays listed, what was removed does not."""
    told = replace(_with(status, ERRORED, str(failure), now), synced=_merged(status.synced, deeds))
    return Told(
        status=None if told == status else told,
        reason=ERRORED,
        message=str(failure),
        is_warning=True,
        failure=failure,
    )


def source_deleted(status: PushSecretStatus, absence: KeyferryError, removed: Sequence[Deed], now: datetime) -> Told:
    """Return what to tell when the source is gone and so is what was pushed. It is no failure: only a source helps."""
    message = f"the source is gone, and so is what was pushed from it (deletionPolicy Delete): {absence.what}"
    told = replace(_with(status, SOURCE_DELETED, message, now), synced=_merged(status.synced, removed))
    is_told = told == status
    return Told(
        status=None if is_told else told,
        reason="" if is_told else SOURCE_DELETED,
        message="" if is_told else message,
        is_warning=True,
    )


def is_orphaned(spec: PushSecret, status: PushSecretStatus) -> bool:
    """Tell whether the end of the source takes what was pushed along, now or before."""
    if spec.deletion_policy is not DeletionPolicy.DELETE or not spec.source.secret:
        return False
    ready = conditions.find(status.conditions, conditions.READY)
    return bool(status.synced) or (ready is not None and ready.reason == SOURCE_DELETED)


def failure_of(deeds: Sequence[Deed]) -> KeyferryError | None:
    """Return the first failure among deeds, None where all went well."""
    return next((deed.outcome for deed in deeds if isinstance(deed.outcome, KeyferryError)), None)


def left_alone(removed: Sequence[Deed]) -> str:
    """Return what to tell of objects that were to go and are somebody else's by now; "" where there are none."""
    names = [f"{deed.store}: {deed.name}" for deed in removed if deed.outcome is Outcome.FOREIGN]
    return f"not deleted, because they are somebody else's by now: {', '.join(names[:10])}" if names else ""


def _with(status: PushSecretStatus, reason: str, message: str, now: datetime) -> PushSecretStatus:
    wanted = conditions.ready(is_ready=False, reason=reason, message=message)
    return replace(status, conditions=conditions.with_condition(status.conditions, wanted, now))


def _mapped(stores: Iterable[StoreToWrite], pushed: Iterable[Deed]) -> Synced:
    synced: dict[str, dict[str, Mapping[str, Any]]] = {store.name: {} for store in stores}
    for deed in pushed:
        synced[deed.store][deed.name] = deed.record
    return synced


def _merged(present: Synced, deeds: Iterable[Deed]) -> Synced:
    """Return the map with what was pushed, without what was removed; a failed deed changes nothing."""
    synced = {store: dict(records) for store, records in present.items()}
    for deed in deeds:
        if isinstance(deed.outcome, KeyferryError):
            continue
        if deed.outcome in {Outcome.REMOVED, Outcome.ABSENT, Outcome.FOREIGN}:
            synced.get(deed.store, {}).pop(deed.name, None)
        else:
            synced.setdefault(deed.store, {})[deed.name] = deed.record
    return {store: records for store, records in synced.items() if records}


def _is_change(deed: Deed) -> bool:
    return deed.outcome in {Outcome.WRITTEN, Outcome.UPDATED, Outcome.REMOVED}


def _counted(pushed: Sequence[Deed], removed: Sequence[Deed]) -> str:
    written = sum(1 for deed in pushed if _is_change(deed))
    gone = sum(1 for deed in removed if _is_change(deed))
    words = f"{len(pushed)} objects are as they shall be, {written} of them written now"
    return f"{words}; {gone} deleted" if gone else words
