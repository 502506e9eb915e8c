"""Whether the pods of a workload are being replaced, and what would hold a restart up. Pure.

The rules are those of `kubectl rollout status`, but for one thing: pods that fail long after their rollout was complete
do not count as a rollout. https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status,
https://argo-rollouts.readthedocs.io/en/stable/features/restart/.
"""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from keyferry.kube.wire.resources import Resource
from keyferry.restart.annotations import RESTARTED_AT_ANNOTATION
from keyferry.restart.kinds import DAEMON_SETS, DEPLOYMENTS, ROLLOUTS, STATEFUL_SETS
from keyferry.restart.pod_template import PodTemplate
from keyferry.restart.state import Hold, Rollout

_FINISHED: Final = ("NewReplicaSetAvailable", "ProgressDeadlineExceeded")


class _Wire(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    pass


class _Partition(_Wire, frozen=True):
    partition: int | None = None


class _Strategy(_Wire, frozen=True):
    type: str = ""
    rolling_update: _Partition | None = None


class WorkloadSpec(_Wire, frozen=True):
    """`spec` of any kind of workload. A field that a kind does not have keeps its default."""

    replicas: int | None = None
    paused: bool = False
    template: PodTemplate = PodTemplate()
    update_strategy: _Strategy = _Strategy()
    restart_at: str | None = None
    workload_ref: dict[str, Any] | None = None


class _Condition(_Wire, frozen=True):
    type: str = ""
    reason: str = ""


class WorkloadStatus(_Wire, frozen=True):
    """`status` of any kind of workload."""

    observed_generation: int | str = 0  # Argo's is a text
    replicas: int = 0
    updated_replicas: int = 0
    available_replicas: int = 0
    current_revision: str = ""
    update_revision: str = ""
    desired_number_scheduled: int = 0
    updated_number_scheduled: int = 0
    number_available: int = 0
    conditions: list[_Condition] = []
    phase: str = ""
    restarted_at: str | None = None


def of(
    resource: Resource, generation: int, spec: WorkloadSpec, status: WorkloadStatus, *, by_restart_at: bool = False
) -> Rollout:
    """Return how the pods stand, as of this document."""
    is_behind = _is_behind(generation, status)
    asked = (instant(spec.template.annotations.get(RESTARTED_AT_ANNOTATION, "")), instant(spec.restart_at or ""))
    return Rollout(
        is_moving=is_behind or _MOVING[resource](spec, status),
        restarted_at=max((at for at in asked if at is not None), default=None),
        hold=_hold(resource, spec, status, is_behind=is_behind),
        by_restart_at=by_restart_at,
    )


def instant(text: str) -> datetime | None:
    """Return an instant of RFC 3339, None where the text is none: people write this annotation too."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)


def _is_behind(generation: int, status: WorkloadStatus) -> bool:
    """Whether the controller has not looked at this specification yet. Old Argo controllers say a hash instead."""
    observed = status.observed_generation
    if isinstance(observed, str):
        if not observed.isascii() or not observed.isdigit():
            return False
        observed = int(observed)
    return observed < generation


def _hold(resource: Resource, spec: WorkloadSpec, status: WorkloadStatus, *, is_behind: bool) -> Hold:
    if spec.paused:
        return Hold.PAUSED
    if spec.update_strategy.type == "OnDelete":
        return Hold.BY_HAND
    if resource == DAEMON_SETS:
        return Hold.EMPTY if not is_behind and status.desired_number_scheduled == 0 else Hold.NONE
    return Hold.EMPTY if spec.replicas == 0 else Hold.NONE


def _deployment(spec: WorkloadSpec, status: WorkloadStatus) -> bool:
    reason = next((each.reason for each in status.conditions if each.type == "Progressing"), "")
    if reason:
        return reason not in _FINISHED
    return _replicas(spec, status)


def _stateful_set(spec: WorkloadSpec, status: WorkloadStatus) -> bool:
    """Its revisions become equal when all are updated and ready; a partition keeps some back for good."""
    if status.update_revision == status.current_revision:
        return False
    rolling = spec.update_strategy.rolling_update
    partition = (rolling.partition if rolling is not None else 0) or 0
    return partition == 0 or status.updated_replicas < _wanted(spec) - partition


def _daemon_set(_spec: WorkloadSpec, status: WorkloadStatus) -> bool:
    wanted = status.desired_number_scheduled
    return status.updated_number_scheduled < wanted or status.number_available < wanted


def _rollout(spec: WorkloadSpec, status: WorkloadStatus) -> bool:
    if instant(spec.restart_at or "") != instant(status.restarted_at or ""):
        return True
    if status.phase:
        return status.phase not in ("Healthy", "Degraded")
    return _replicas(spec, status)


def _replicas(spec: WorkloadSpec, status: WorkloadStatus) -> bool:
    wanted = _wanted(spec)
    return not (status.updated_replicas >= wanted and status.replicas <= wanted <= status.available_replicas)


def _wanted(spec: WorkloadSpec) -> int:
    return 1 if spec.replicas is None else spec.replicas


_MOVING: Final = {
    DEPLOYMENTS: _deployment,
    STATEFUL_SETS: _stateful_set,
    DAEMON_SETS: _daemon_set,
    ROLLOUTS: _rollout,
}
