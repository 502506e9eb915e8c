"""What to do for one ExternalSecret. Pure and total: no I/O, no clock, no exception; equal state gives no action.

`first` decides before the vault is asked, `then` after it answered. A failed read is a row here, not an `except`: the
last good Secret stays, and the status says why.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from keyferry.model.errors import GrantError, KeyferryError, SpecError, Unavailable, Where
from keyferry.model.wellknown import DATA_HASH_ANNOTATION, ES_FINALIZER, MANAGED_LABEL
from keyferry.spec import conditions
from keyferry.spec.conditions import Condition, ConditionStatus, ExternalSecretStatus
from keyferry.spec.external_secret import DeletionPolicy, ExternalSecret
from keyferry.sync import desired_secret, schedule
from keyferry.sync.state import (
    Action,
    CreateSecret,
    DeleteSecret,
    DesiredSecret,
    Failed,
    LiveSecret,
    Plan,
    ReadSecretFirst,
    RecordEvent,
    RemoveFinalizer,
    Rendered,
    ReplaceSecret,
    Snapshot,
    WriteStatus,
)

SYNCED: Final = "SecretSynced"
DELETED: Final = "SecretDeleted"
FAILED: Final = "SecretSyncedError"

WRITTEN: Final = conditions.ready(is_ready=True, reason=SYNCED, message="the Secret holds what the vault holds")
INTACT: Final = conditions.ready(is_ready=True, reason=SYNCED, message="the Secret holds what was read last")
NOTHING_YET: Final = conditions.ready(is_ready=True, reason=SYNCED, message="the vault has none of these secrets yet")
KEPT: Final = conditions.ready(
    is_ready=True,
    reason=SYNCED,
    message="the vault has none of these secrets; the Secret is kept as it is (deletionPolicy Retain)",
)
GONE: Final = conditions.ready(
    is_ready=True,
    reason=DELETED,
    message="the vault has none of these secrets any more, so the Secret was deleted",
)


def first(snapshot: Snapshot, spec: ExternalSecret | SpecError, now: datetime, *, woken: bool = False) -> Plan | None:
    """Return the plan that needs no value, or None when the vault must be asked.

    `woken`: the vault library saw a change of something that the spec names.
    """
    if snapshot.external.metadata.deletion_timestamp is not None:
        return Plan(actions=tuple(_release(snapshot)))
    if isinstance(spec, SpecError):
        return failed(snapshot, spec, now)
    if woken or schedule.is_due(spec, snapshot.external.status, now) or not is_intact(snapshot.secret):
        return None
    return _at_rest(snapshot, spec, now)


def then(snapshot: Snapshot, spec: ExternalSecret, rendered: Rendered | Failed, now: datetime) -> Plan:
    """Return the plan for what the vault answered."""
    if isinstance(rendered, Failed):
        return failed(snapshot, rendered.error, now)
    gap = _gap(snapshot, spec, rendered)
    if gap is not None:
        return failed(snapshot, gap, now)
    if not rendered.data and spec.target.deletion_policy is not DeletionPolicy.MERGE:
        return _plan_for_nothing(snapshot, spec, rendered, now)
    obstacle = _obstacle(snapshot, rendered)
    if obstacle is not None:
        return failed(snapshot, obstacle, now)
    writes = tuple(_writes(snapshot, spec, rendered))
    if any(isinstance(action, ReadSecretFirst) for action in writes):
        return Plan(actions=writes)
    actions = (*writes, *_orphan_deletions(snapshot), *_reading_events(rendered))
    return _succeeded(snapshot, spec, rendered, actions, now, WRITTEN)


def failed(snapshot: Snapshot, error: KeyferryError, now: datetime) -> Plan:
    """Keep the Secret as it is, say why, and come back as the error's type asks."""
    wanted = conditions.ready(is_ready=False, reason=FAILED, message=str(error))
    told = _with_ready(snapshot.external.status, wanted, now)
    event = RecordEvent(reason="UpdateFailed", message=str(error), warning=True)
    return Plan(actions=(*_status(snapshot, told), event), failure=error)


def is_intact(secret: LiveSecret | None) -> bool:
    """Tell whether the Secret holds what was last written: its own hash says so."""
    return (
        secret is not None
        and secret.metadata.labels.get(MANAGED_LABEL) == "true"
        and secret.metadata.annotations.get(DATA_HASH_ANNOTATION) == secret.data_hash
    )


def too_slow(spec: ExternalSecret, seconds: float) -> KeyferryError:
    """Return the failure of a read that does not come to an end."""
    return Unavailable(
        what=f"reading what ExternalSecret {spec.namespace}/{spec.name} names took longer than {seconds:.0f} seconds",
        cause="the vault is slow, or more is asked of it than its limit of requests allows",
        remedy="spread the entries over several ExternalSecrets, or read less often (spec.refreshInterval)",
        where=Where(kind="ExternalSecret", namespace=spec.namespace, name=spec.name, path="spec"),
    )


def _at_rest(snapshot: Snapshot, spec: ExternalSecret, now: datetime) -> Plan:
    """Nothing is due. A failure that mended itself without a refresh, as a reverted edit does, is taken back."""
    status = snapshot.external.status
    ready = conditions.find(status.conditions, conditions.READY)
    told = status if ready is not None and ready.status is ConditionStatus.TRUE else _with_ready(status, INTACT, now)
    return Plan(actions=tuple(_status(snapshot, told)), again_after=schedule.wait(spec, status.refresh_time, now))


def _release(snapshot: Snapshot) -> Iterator[Action]:
    """The cluster's garbage collector deletes the Secret; only a finalizer of External Secrets can be in the way."""
    finalizers = snapshot.external.metadata.finalizers
    if ES_FINALIZER in finalizers:
        yield RemoveFinalizer(remaining=tuple(name for name in finalizers if name != ES_FINALIZER))


def _gap(snapshot: Snapshot, spec: ExternalSecret, rendered: Rendered) -> KeyferryError | None:
    """Return what a fallback vault lacks: it gives values while the first one is unavailable, and takes none away.

    A spec that is new may want fewer keys than the Secret has; it never wants none.
    """
    if not rendered.fallbacks:
        return None
    held = () if snapshot.secret is None else snapshot.secret.keys
    lost = sorted(set(held) - set(rendered.data))
    if rendered.data and (not lost or schedule.is_new(spec, snapshot.external.status)):
        return None
    shown = f"the keys {', '.join(lost)} would be lost" if lost else "it has nothing of it"
    return Unavailable(
        what=f"a fallback vault lacks what Secret {snapshot.external.metadata.namespace}/"
        f"{snapshot.external.target_name} is made of",
        cause=f"{shown}; {rendered.fallbacks[0]}",
        remedy="keep the fallback vaults in step with the first one; the Secret stays as it is meanwhile",
        where=_where(snapshot, "spec"),
    )


def _obstacle(snapshot: Snapshot, rendered: Rendered) -> KeyferryError | None:
    """Return why the Secret of that name may not be written."""
    secret = snapshot.secret
    if secret is None:
        return None
    name = f"{snapshot.external.metadata.namespace}/{snapshot.external.target_name}"
    where = _where(snapshot, "spec.target.name")
    if secret.owner is not None and not desired_secret.is_owned(snapshot, secret):
        return GrantError(
            what=f"Secret {name} belongs to somebody else",
            cause=f"its controller is {secret.owner.kind} {secret.owner.name}",
            remedy="choose another spec.target.name, or remove that owner",
            where=where,
        )
    if secret.immutable and secret.data_hash != rendered.data_hash:
        return SpecError(
            what=f"Secret {name} cannot follow the vault",
            cause="it is immutable and its data differs",
            remedy="delete the Secret; it is made again with the new values",
            where=where,
        )
    return None


def _writes(snapshot: Snapshot, spec: ExternalSecret, rendered: Rendered) -> Iterator[Action]:
    secret = snapshot.secret
    desired = desired_secret.of(snapshot, rendered)
    if secret is None:
        yield CreateSecret(secret=desired)
        yield RecordEvent(reason="Created", message=f"Secret {desired.key.name} was created")
        return
    # What we wrote earlier and want no more shows in managedFields alone, which the cache does not keep.
    respecified = snapshot.external.status.synced_resource_version != schedule.version_of(spec)
    if not secret.is_complete and (respecified or not desired_secret.is_met(secret, desired)):
        yield ReadSecretFirst(key=desired.key)
    elif not desired_secret.is_met(secret, desired):
        yield ReplaceSecret(secret=desired, resource_version=secret.metadata.resource_version)
        yield from _replacement_events(snapshot, secret, desired)


def _replacement_events(snapshot: Snapshot, secret: LiveSecret, desired: DesiredSecret) -> Iterator[RecordEvent]:
    yield RecordEvent(reason="Updated", message=f"Secret {desired.key.name} was updated")
    lost = sorted(set(secret.keys) - set(desired.data))
    if lost and not desired_secret.is_owned(snapshot, secret):
        message = f"Secret {desired.key.name} had no owner and was taken over; keys removed: {', '.join(lost)}"
        yield RecordEvent(reason="Adopted", message=message, warning=True)


def _reading_events(rendered: Rendered) -> Iterator[RecordEvent]:
    for text in rendered.missing:
        yield RecordEvent(reason="MissingProviderSecret", message=text)
    for text in rendered.fallbacks:
        yield RecordEvent(reason="FallbackVault", message=text, warning=True)


def _plan_for_nothing(snapshot: Snapshot, spec: ExternalSecret, rendered: Rendered, now: datetime) -> Plan:
    """The vault has none of what the spec names: deletionPolicy Delete deletes, Retain keeps the last good Secret."""
    if spec.target.deletion_policy is not DeletionPolicy.DELETE:
        return _succeeded(snapshot, spec, rendered, (), now, NOTHING_YET if snapshot.secret is None else KEPT)
    actions: tuple[Action, ...] = ()
    secret = snapshot.secret
    if secret is not None and desired_secret.is_owned(snapshot, secret):
        actions = (
            DeleteSecret(key=snapshot.external.target, uid=secret.metadata.uid),
            RecordEvent(
                reason="Deleted",
                message=f"Secret {snapshot.external.target_name} was deleted: the vault has it no more",
            ),
        )
    return _succeeded(snapshot, spec, rendered, actions, now, GONE)


def _orphan_deletions(snapshot: Snapshot) -> Iterator[Action]:
    """Secrets under a former target name go after the new one is written, never before."""
    for orphan in snapshot.orphans:
        yield DeleteSecret(key=orphan.metadata.key, uid=orphan.metadata.uid)
        yield RecordEvent(
            reason="Deleted", message=f"Secret {orphan.metadata.name} was deleted: the target has a new name"
        )


def _succeeded(
    snapshot: Snapshot,
    spec: ExternalSecret,
    rendered: Rendered,
    actions: tuple[Action, ...],
    now: datetime,
    outcome: Condition,
) -> Plan:
    """Say so. `refreshTime` is when the vault was asked, so that the next look comes before the value is too old."""
    status = snapshot.external.status
    asked = min(now, rendered.at or now)
    told = replace(
        _with_ready(status, outcome, now),
        refresh_time=conditions.to_seconds(asked),
        synced_resource_version=schedule.version_of(spec),
        binding_name=snapshot.external.target_name if outcome is WRITTEN else status.binding_name,
    )
    return Plan(actions=(*actions, *_status(snapshot, told)), again_after=schedule.wait(spec, asked, now))


def _with_ready(status: ExternalSecretStatus, wanted: Condition, now: datetime) -> ExternalSecretStatus:
    return replace(status, conditions=conditions.with_condition(status.conditions, wanted, now))


def _status(snapshot: Snapshot, told: ExternalSecretStatus) -> Iterator[WriteStatus]:
    """What the status tells already is not written again."""
    if told != snapshot.external.status:
        yield WriteStatus(status=told)


def _where(snapshot: Snapshot, path: str) -> Where:
    external = snapshot.external.metadata
    return Where(kind="ExternalSecret", namespace=external.namespace, name=external.name, path=path)
