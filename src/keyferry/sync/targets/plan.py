"""What to do for one ExternalSecret whose target is no Secret. Pure and total; equal state gives no write.

`first` decides before the vault is asked, `then` after it answered. A failed read is a row here: the target stays.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from keyferry.model.errors import KeyferryError
from keyferry.model.wellknown import MANAGED_LABEL
from keyferry.spec.conditions import Condition
from keyferry.spec.external_secret import CreationPolicy, DeletionPolicy, ExternalSecret
from keyferry.sync import desired_secret, schedule, telling
from keyferry.sync.plan import UNGUARDED
from keyferry.sync.state import Action, Failed, Plan, RecordEvent
from keyferry.sync.targets import desired, fields, obstacles, outcomes
from keyferry.sync.targets.state import (
    CreateTarget,
    DeleteTarget,
    DesiredTarget,
    RenderedTarget,
    ReplaceTarget,
    Scene,
    TargetPlan,
    Write,
)


def first(scene: Scene, spec: ExternalSecret, now: datetime, *, woken: bool = False) -> Plan | None:
    """Return the plan that needs no value, or None when the vault must be asked."""
    is_told = woken and schedule.may_follow(spec, now)
    is_due = schedule.is_due(spec, scene.snapshot.external.status, now)
    is_valid = spec.target.creation_policy in UNGUARDED or desired.is_intact(scene, spec)
    if is_told or is_due or not is_valid:
        return None
    return telling.at_rest(scene.snapshot, spec, now, outcomes.intact(scene.resource.kind), woken=woken)


def then(scene: Scene, spec: ExternalSecret, rendered: RenderedTarget | Failed, now: datetime) -> TargetPlan:
    """Return the plan for what the vault answered."""
    if isinstance(rendered, Failed):
        return _failed(scene, rendered.error, now)
    obstacle = obstacles.gap(scene, spec, rendered)
    if obstacle is not None:
        return _failed(scene, obstacle, now)
    if rendered.read.is_empty and spec.target.deletion_policy is not DeletionPolicy.MERGE:
        return _plan_for_nothing(scene, spec, rendered, now)
    match spec.target.creation_policy:
        case CreationPolicy.NONE:
            return TargetPlan(told=_succeeded(scene, spec, rendered, now, outcomes.UNWRITTEN))
        case CreationPolicy.MERGE if scene.live is None:
            return _without_target(scene, spec, rendered, now)
        case _:
            return _plan_to_write(scene, spec, rendered, now)


def _failed(scene: Scene, error: KeyferryError, now: datetime) -> TargetPlan:
    return TargetPlan(told=telling.failed(scene.snapshot, error, now, outcomes.FAILED))


def _without_target(scene: Scene, spec: ExternalSecret, rendered: RenderedTarget, now: datetime) -> TargetPlan:
    """Policy Merge makes no object; nobody tells when there is one, so it is looked for at each interval."""
    told = _succeeded(scene, spec, rendered, now, outcomes.missing(scene.resource.kind))
    once = told.again_after is None and spec.refresh_interval > timedelta(0)
    return TargetPlan(told=replace(told, again_after=spec.refresh_interval) if once else told)


def _plan_to_write(scene: Scene, spec: ExternalSecret, rendered: RenderedTarget, now: datetime) -> TargetPlan:
    obstacle = obstacles.to_write(scene, spec)
    if obstacle is not None:
        return _failed(scene, obstacle, now)
    wanted = desired.of(scene, spec.target, rendered)
    outcome = outcomes.written(scene.resource.kind)
    if scene.live is not None and desired.is_met(scene.live, wanted):
        return TargetPlan(told=_succeeded(scene, spec, rendered, now, outcome), settled=True)
    write: Write = CreateTarget(target=wanted)
    if scene.live is not None:
        write = ReplaceTarget(target=wanted, resource_version=scene.live.metadata.resource_version)
    events = tuple(_events(scene, spec, wanted))
    return TargetPlan(told=_succeeded(scene, spec, rendered, now, outcome, events), write=write)


def _events(scene: Scene, spec: ExternalSecret, wanted: DesiredTarget) -> Iterator[RecordEvent]:
    live, name = scene.live, f"{scene.resource.kind} {scene.key.name}"
    if live is None:
        yield RecordEvent(reason="Created", message=f"{name} was created")
        return
    yield RecordEvent(reason="Updated", message=f"{name} was updated")
    lost = sorted(fields.names(live.fields) - fields.names(wanted.fields))
    is_taken = spec.target.creation_policy is CreationPolicy.OWNER or MANAGED_LABEL not in live.metadata.labels
    is_merged = spec.target.creation_policy in desired_secret.MERGING
    if lost and is_taken and not is_merged and not desired.is_owned(scene):
        message = f"{name} had no owner and was taken over; keys removed: {', '.join(lost)}"
        yield RecordEvent(reason="Adopted", message=message, warning=True)


def _plan_for_nothing(scene: Scene, spec: ExternalSecret, rendered: RenderedTarget, now: datetime) -> TargetPlan:
    """The vault has none of what the spec names: deletionPolicy Delete deletes, Retain keeps the last good object."""
    kind = scene.resource.kind
    if spec.target.deletion_policy is not DeletionPolicy.DELETE:
        kept = outcomes.kept(kind, is_there=scene.live is not None)
        return TargetPlan(told=_succeeded(scene, spec, rendered, now, kept))
    obstacle = obstacles.to_delete(scene, spec)
    if obstacle is not None:
        return _failed(scene, obstacle, now)
    gone = outcomes.gone(kind)
    if scene.live is None or not desired.is_owned(scene):
        return TargetPlan(told=_succeeded(scene, spec, rendered, now, gone))
    event = RecordEvent(reason="Deleted", message=f"{kind} {scene.key.name} was deleted: the vault has it no more")
    delete = DeleteTarget(resource=scene.resource, key=scene.key, uid=scene.live.metadata.uid)
    return TargetPlan(told=_succeeded(scene, spec, rendered, now, gone, (event,)), write=delete)


def _succeeded(
    scene: Scene,
    spec: ExternalSecret,
    rendered: RenderedTarget,
    now: datetime,
    outcome: Condition,
    events: tuple[RecordEvent, ...] = (),
) -> Plan:
    actions: tuple[Action, ...] = (*events, *telling.reading_events(rendered.read))
    return telling.succeeded(scene.snapshot, spec, rendered.read, actions, now, outcome)
