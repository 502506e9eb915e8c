"""What a plan tells people: the status, the events, and when to look again. Pure; called by what plans for a target.

Equal state gives no action: a status that says the same is not written again.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from keyferry.model.errors import KeyferryError
from keyferry.spec import conditions
from keyferry.spec.conditions import Condition, ConditionStatus, ExternalSecretStatus
from keyferry.spec.external_secret import ExternalSecret
from keyferry.sync import outcomes, schedule
from keyferry.sync.state import Action, Plan, RecordEvent, Rendered, Snapshot, WriteStatus

_BINDING: Final = (outcomes.WRITTEN, outcomes.FROZEN)


def failed(snapshot: Snapshot, error: KeyferryError, now: datetime, reason: str = outcomes.FAILED) -> Plan:
    """Keep the target as it is, say why, and come back as the error's type asks."""
    wanted = conditions.ready(is_ready=False, reason=reason, message=str(error))
    told = _with_ready(snapshot.external.status, wanted, now)
    event = RecordEvent(reason="UpdateFailed", message=str(error), warning=True)
    return Plan(actions=(*_status(snapshot, told), event), failure=error)


def at_rest(snapshot: Snapshot, spec: ExternalSecret, now: datetime, intact: Condition, *, woken: bool) -> Plan:
    """Nothing is due. A failure that mended itself without a refresh, as a reverted edit does, is taken back.

    `intact` is the condition that says so.
    """
    status = snapshot.external.status
    ready = conditions.find(status.conditions, conditions.READY)
    told = status if ready is not None and ready.status is ConditionStatus.TRUE else _with_ready(status, intact, now)
    return Plan(
        actions=tuple(_status(snapshot, told)), again_after=schedule.wait(spec, status.refresh_time, now, woken=woken)
    )


def succeeded(
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
    wanted = replace(outcome, message="; ".join((outcome.message, *rendered.expiring)))
    actions = (*actions, *_expiry_events(status, rendered))
    told = replace(
        _with_ready(status, wanted, now),
        refresh_time=conditions.to_seconds(asked),
        synced_resource_version=schedule.version_of(spec),
        binding_name=snapshot.external.target_name if outcome in _BINDING else status.binding_name,
    )
    return Plan(actions=(*actions, *_status(snapshot, told)), again_after=schedule.wait(spec, asked, now))


def reading_events(rendered: Rendered) -> Iterator[RecordEvent]:
    """Tell what a vault did not have, and which vaults stood in."""
    for text in rendered.missing:
        yield RecordEvent(reason="MissingProviderSecret", message=text)
    for text in rendered.fallbacks:
        yield RecordEvent(reason="FallbackVault", message=text, warning=True)


def _expiry_events(status: ExternalSecretStatus, rendered: Rendered) -> Iterator[RecordEvent]:
    """Each is told once: what the status says already was an event before."""
    ready = conditions.find(status.conditions, conditions.READY)
    told = "" if ready is None else ready.message
    for text in rendered.expiring:
        if text not in told:
            yield RecordEvent(reason="SecretNearExpiry", message=text, warning=True)


def _with_ready(status: ExternalSecretStatus, wanted: Condition, now: datetime) -> ExternalSecretStatus:
    return replace(status, conditions=conditions.with_condition(status.conditions, wanted, now))


def _status(snapshot: Snapshot, told: ExternalSecretStatus) -> Iterator[WriteStatus]:
    """What the status tells already is not written again."""
    if told != snapshot.external.status:
        yield WriteStatus(status=told)
