"""Whether pods are being replaced."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from keyferry.kube.wire.resources import Resource
from keyferry.restart import rollout
from keyferry.restart.kinds import DAEMON_SETS, DEPLOYMENTS, ROLLOUTS, STATEFUL_SETS
from keyferry.restart.rollout import WorkloadSpec, WorkloadStatus
from keyferry.restart.state import Hold, Rollout

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
STAMP = "2026-11-22T09:00:00Z"
PARTITION = {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}}
REVISIONS = {"currentRevision": "a", "updateRevision": "b"}


def looked(resource: Resource, spec: Any = None, status: Any = None, generation: int = 1) -> Rollout:
    read = msgspec.convert({"observedGeneration": 1, **(status or {})}, type=WorkloadStatus)
    return rollout.of(resource, generation, msgspec.convert(spec or {}, type=WorkloadSpec), read)


def progressing(reason: str) -> dict[str, Any]:
    return {"conditions": [{"type": "Available", "reason": "x"}, {"type": "Progressing", "reason": reason}]}


@pytest.mark.parametrize(
    ("resource", "spec", "status", "expected"),
    [
        pytest.param(DEPLOYMENTS, {}, progressing("ReplicaSetUpdated"), True, id="deployment-under-way"),
        pytest.param(DEPLOYMENTS, {}, progressing("NewReplicaSetAvailable"), False, id="deployment-done"),
        pytest.param(DEPLOYMENTS, {}, progressing("ProgressDeadlineExceeded"), False, id="deployment-gave-up"),
        pytest.param(DEPLOYMENTS, {}, {}, True, id="deployment-by-numbers-under-way"),
        pytest.param(
            DEPLOYMENTS,
            {},
            {"replicas": 1, "updatedReplicas": 1, "availableReplicas": 1},
            False,
            id="deployment-by-numbers-done",
        ),
        pytest.param(
            DEPLOYMENTS,
            {"replicas": 2},
            {"replicas": 3, "updatedReplicas": 2, "availableReplicas": 3},
            True,
            id="deployment-with-an-old-pod",
        ),
        pytest.param(STATEFUL_SETS, {}, {"currentRevision": "a", "updateRevision": "a"}, False, id="set-done"),
        pytest.param(STATEFUL_SETS, {}, REVISIONS, True, id="set-under-way"),
        pytest.param(
            STATEFUL_SETS,
            {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {}}},
            REVISIONS,
            True,
            id="set-without-partition",
        ),
        pytest.param(
            STATEFUL_SETS,
            {"replicas": 3, **PARTITION},
            {**REVISIONS, "updatedReplicas": 1},
            False,
            id="set-to-partition",
        ),
        pytest.param(
            STATEFUL_SETS, {"replicas": 4, **PARTITION}, {**REVISIONS, "updatedReplicas": 1}, True, id="not-yet"
        ),
        pytest.param(
            DAEMON_SETS,
            {},
            {"desiredNumberScheduled": 2, "updatedNumberScheduled": 2, "numberAvailable": 2},
            False,
            id="daemons-done",
        ),
        pytest.param(
            DAEMON_SETS, {}, {"desiredNumberScheduled": 2, "updatedNumberScheduled": 1}, True, id="daemons-under-way"
        ),
        pytest.param(
            DAEMON_SETS,
            {},
            {"desiredNumberScheduled": 2, "updatedNumberScheduled": 2, "numberAvailable": 1},
            True,
            id="daemons-not-available",
        ),
        pytest.param(ROLLOUTS, {}, {"phase": "Healthy"}, False, id="rollout-done"),
        pytest.param(ROLLOUTS, {}, {"phase": "Degraded"}, False, id="rollout-gave-up"),
        pytest.param(ROLLOUTS, {}, {"phase": "Paused"}, True, id="rollout-between-steps"),
        pytest.param(ROLLOUTS, {}, {}, True, id="rollout-of-an-old-controller"),
        pytest.param(ROLLOUTS, {"restartAt": STAMP}, {"phase": "Healthy"}, True, id="rollout-restarts"),
        pytest.param(
            ROLLOUTS, {"restartAt": STAMP}, {"phase": "Healthy", "restartedAt": STAMP}, False, id="rollout-restarted"
        ),
    ],
)
def test_pods_are_being_replaced(resource: Resource, spec: Any, status: Any, expected: bool) -> None:
    assert looked(resource, spec, status).is_moving is expected


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        pytest.param(1, True, id="behind"),
        pytest.param(2, False, id="looked"),
        pytest.param("1", True, id="argo-behind"),
        pytest.param("2", False, id="argo-looked"),
        pytest.param("7b54fb9677", False, id="argo-of-old"),
    ],
)
def test_a_change_that_the_controller_has_not_seen_counts(observed: int | str, expected: bool) -> None:
    status = {"observedGeneration": observed, "phase": "Healthy"}
    assert looked(ROLLOUTS, {}, status, generation=2).is_moving is expected


@pytest.mark.parametrize(
    ("resource", "spec", "status", "expected"),
    [
        pytest.param(DEPLOYMENTS, {"paused": True}, {}, Hold.PAUSED, id="paused"),
        pytest.param(STATEFUL_SETS, {"updateStrategy": {"type": "OnDelete"}}, {}, Hold.BY_HAND, id="on-delete"),
        pytest.param(DEPLOYMENTS, {"replicas": 0}, {}, Hold.EMPTY, id="no-replicas"),
        pytest.param(DEPLOYMENTS, {}, {}, Hold.NONE, id="one-replica-by-default"),
        pytest.param(DAEMON_SETS, {}, {}, Hold.EMPTY, id="no-node"),
        pytest.param(DAEMON_SETS, {}, {"observedGeneration": 0}, Hold.NONE, id="nodes-not-counted-yet"),
        pytest.param(DAEMON_SETS, {}, {"desiredNumberScheduled": 1}, Hold.NONE, id="a-node"),
    ],
)
def test_what_would_hold_a_restart_up(resource: Resource, spec: Any, status: Any, expected: Hold) -> None:
    assert looked(resource, spec, status).hold is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(STAMP, AT, id="utc"),
        pytest.param("2026-11-22T10:00:00+01:00", AT, id="as-kubectl-writes-it-elsewhere"),
        pytest.param("2026-11-22T09:00:00", AT, id="without-zone"),
        pytest.param("now", None, id="no-instant"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_the_last_restart_is_what_the_template_says(text: str, expected: datetime | None) -> None:
    template = {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": text}}}
    assert looked(DEPLOYMENTS, {"template": template}).restarted_at == expected


def test_the_later_of_template_and_field_counts_for_argo() -> None:
    template = {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "2026-11-21T09:00:00Z"}}}
    assert looked(ROLLOUTS, {"template": template, "restartAt": STAMP}).restarted_at == AT
