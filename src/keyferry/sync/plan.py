"""What to do for one ExternalSecret. Pure and total: no I/O, no clock, no exception; equal state gives no action.

`first` decides before the vault is asked, `then` after it answered. A failed read is a row here, not an `except`: the
last good Secret stays, and the status says why.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from keyferry.model.errors import KeyferryError, SpecError, Unavailable, Where
from keyferry.model.wellknown import DATA_HASH_ANNOTATION, ES_FINALIZER, MANAGED_LABEL
from keyferry.spec.external_secret import CreationPolicy, DeletionPolicy, ExternalSecret
from keyferry.sync import desired_secret, obstacles, outcomes, schedule, telling
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
)

# Policies under which nobody repairs a Secret before the next refresh.
UNGUARDED: Final = (CreationPolicy.ORPHAN, CreationPolicy.NONE)


def first(snapshot: Snapshot, spec: ExternalSecret | SpecError, now: datetime, *, woken: bool = False) -> Plan | None:
    """Return the plan that needs no value, or None when the vault must be asked.

    `woken`: something that the spec names is seen to have changed; who reads but once is told of nothing.
    """
    if snapshot.external.metadata.deletion_timestamp is not None:
        return Plan(actions=tuple(_release(snapshot)))
    if isinstance(spec, SpecError):
        return telling.failed(snapshot, spec, now)
    if spec.target.manifest is not None:
        return telling.failed(snapshot, obstacles.generic_target(snapshot, spec.target.manifest), now)
    is_told = woken and schedule.may_follow(spec, now)
    is_due = schedule.is_due(spec, snapshot.external.status, now)
    if is_told or is_due or not _is_valid(spec, snapshot.secret):
        return None
    return telling.at_rest(snapshot, spec, now, outcomes.INTACT, woken=woken)


def then(snapshot: Snapshot, spec: ExternalSecret, rendered: Rendered | Failed, now: datetime) -> Plan:
    """Return the plan for what the vault answered."""
    if isinstance(rendered, Failed):
        return telling.failed(snapshot, rendered.error, now)
    obstacle = obstacles.gap(snapshot, spec, rendered)
    if obstacle is not None:
        return telling.failed(snapshot, obstacle, now)
    if rendered.is_empty and spec.target.deletion_policy is not DeletionPolicy.MERGE:
        return _plan_for_nothing(snapshot, spec, rendered, now)
    match spec.target.creation_policy:
        case CreationPolicy.NONE:
            told = tuple(telling.reading_events(rendered))
            return telling.succeeded(snapshot, spec, rendered, told, now, outcomes.UNWRITTEN)
        case CreationPolicy.MERGE if snapshot.secret is None:
            return _without_target(snapshot, spec, rendered, now)
        case _:
            return _plan_to_write(snapshot, spec, rendered, now)


def _is_valid(spec: ExternalSecret, secret: LiveSecret | None) -> bool:
    return spec.target.creation_policy in UNGUARDED or is_intact(secret)


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


def _release(snapshot: Snapshot) -> Iterator[Action]:
    """The cluster's garbage collector deletes the Secret; only a finalizer of External Secrets can be in the way."""
    finalizers = snapshot.external.metadata.finalizers
    if ES_FINALIZER in finalizers:
        yield RemoveFinalizer(remaining=tuple(name for name in finalizers if name != ES_FINALIZER))


def _without_target(snapshot: Snapshot, spec: ExternalSecret, rendered: Rendered, now: datetime) -> Plan:
    """Policy Merge makes no Secret. A cache does not know one that nobody manages, so it is looked for first."""
    if not snapshot.is_live:
        return Plan(actions=(ReadSecretFirst(key=snapshot.external.target),))
    made = telling.succeeded(snapshot, spec, rendered, tuple(telling.reading_events(rendered)), now, outcomes.NO_TARGET)
    once = made.again_after is None and spec.refresh_interval > timedelta(0)
    return replace(made, again_after=spec.refresh_interval) if once else made


def _plan_to_write(snapshot: Snapshot, spec: ExternalSecret, rendered: Rendered, now: datetime) -> Plan:
    obstacle = obstacles.to_write(snapshot, spec, rendered)
    if obstacle is not None:
        return telling.failed(snapshot, obstacle, now)
    writes = tuple(_writes(snapshot, spec, rendered))
    if any(isinstance(action, ReadSecretFirst) for action in writes):
        return Plan(actions=writes)
    actions = (*writes, *_orphan_deletions(snapshot, spec), *telling.reading_events(rendered))
    outcome = outcomes.FROZEN if spec.target.immutable else outcomes.WRITTEN
    made = telling.succeeded(snapshot, spec, rendered, actions, now, outcome)
    if writes or snapshot.secret is None or not _is_shared(spec):
        return made
    return replace(made, settled=desired_secret.mark(snapshot.secret, rendered))


def _writes(snapshot: Snapshot, spec: ExternalSecret, rendered: Rendered) -> Iterator[Action]:
    secret = snapshot.secret
    if secret is None:
        desired = desired_secret.of(snapshot, spec.target, rendered)
        yield CreateSecret(secret=desired)
        yield RecordEvent(reason="Created", message=f"Secret {desired.key.name} was created")
    elif _must_be_read(snapshot, spec, rendered, secret):
        yield ReadSecretFirst(key=snapshot.external.target)
    elif secret.is_complete:
        desired = desired_secret.of(snapshot, spec.target, rendered)
        if not desired_secret.is_met(secret, desired):
            yield ReplaceSecret(secret=desired, resource_version=secret.metadata.resource_version)
            yield from _replacement_events(snapshot, spec, secret, desired)


def _must_be_read(snapshot: Snapshot, spec: ExternalSecret, rendered: Rendered, secret: LiveSecret) -> bool:
    """What we wrote earlier and want no more shows in managedFields alone, which the cache does not keep.

    Nor does it keep the values of others, of which the result is made under a policy that merges.
    """
    if secret.is_complete:
        return False
    if snapshot.external.status.synced_resource_version != schedule.version_of(spec):
        return True
    if _is_shared(spec):
        return snapshot.settled != desired_secret.mark(secret, rendered)
    return not desired_secret.is_met(secret, desired_secret.of(snapshot, spec.target, rendered))


def _is_shared(spec: ExternalSecret) -> bool:
    return spec.target.creation_policy in desired_secret.MERGING and not spec.target.immutable


def _replacement_events(
    snapshot: Snapshot, spec: ExternalSecret, secret: LiveSecret, desired: DesiredSecret
) -> Iterator[RecordEvent]:
    yield RecordEvent(reason="Updated", message=f"Secret {desired.key.name} was updated")
    lost = sorted(set(secret.keys) - set(desired.data))
    is_kept = spec.target.creation_policy is not CreationPolicy.OWNER and MANAGED_LABEL in secret.metadata.labels
    if lost and not (is_kept or _is_shared(spec) or desired_secret.is_owned(snapshot, secret)):
        message = f"Secret {desired.key.name} had no owner and was taken over; keys removed: {', '.join(lost)}"
        yield RecordEvent(reason="Adopted", message=message, warning=True)


def _plan_for_nothing(snapshot: Snapshot, spec: ExternalSecret, rendered: Rendered, now: datetime) -> Plan:
    """The vault has none of what the spec names: deletionPolicy Delete deletes, Retain keeps the last good Secret."""
    if spec.target.deletion_policy is not DeletionPolicy.DELETE:
        kept = outcomes.NOTHING_YET if snapshot.secret is None else outcomes.KEPT
        return telling.succeeded(snapshot, spec, rendered, (), now, kept)
    obstacle = obstacles.to_delete(snapshot, spec)
    if obstacle is not None:
        return telling.failed(snapshot, obstacle, now)
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
    return telling.succeeded(snapshot, spec, rendered, actions, now, outcomes.GONE)


def _orphan_deletions(snapshot: Snapshot, spec: ExternalSecret) -> Iterator[Action]:
    """Secrets under a former target name go after the new one is written, never before."""
    for orphan in snapshot.orphans if spec.target.creation_policy is CreationPolicy.OWNER else ():
        yield DeleteSecret(key=orphan.metadata.key, uid=orphan.metadata.uid)
        yield RecordEvent(
            reason="Deleted", message=f"Secret {orphan.metadata.name} was deleted: the target has a new name"
        )
