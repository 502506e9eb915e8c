from datetime import timedelta
from typing import Any

import pytest

from keyferry.lab.kubernetes import conditions
from keyferry.lab.kubernetes.replication import deployment_status
from tests.fakes.kubernetes_cluster import START


def _deployment(replicas: int = 2, status: Any = None) -> Any:
    spec = {"replicas": replicas, "strategy": {"type": "RollingUpdate"}, "progressDeadlineSeconds": 60}
    return {"metadata": {"name": "web", "generation": 1}, "spec": spec, "status": status}


def _set(replicas: int, available: int) -> Any:
    return {"status": {"replicas": replicas, "readyReplicas": available, "availableReplicas": available}}


def _reason(status: Any, type_: str) -> str:
    found = conditions.find({"status": status}, type_)
    assert found is not None
    return str(found["reason"])


@pytest.mark.parametrize(
    ("new", "old", "available", "progressing"),
    [
        pytest.param(_set(2, 2), [], "MinimumReplicasAvailable", "NewReplicaSetAvailable", id="complete"),
        pytest.param(_set(2, 0), [], "MinimumReplicasUnavailable", "ReplicaSetUpdated", id="starting"),
        pytest.param(_set(1, 0), [_set(2, 2)], "MinimumReplicasAvailable", "ReplicaSetUpdated", id="rolling"),
        pytest.param(None, [_set(2, 2)], "MinimumReplicasAvailable", "ReplicaSetUpdated", id="paused"),
    ],
)
def test_conditions(new: Any, old: Any, available: str, progressing: str) -> None:
    status = deployment_status.of(_deployment(), new, old, START)
    assert (_reason(status, "Available"), _reason(status, "Progressing")) == (available, progressing)


def test_a_rollout_that_stands_still_is_called_failed_once() -> None:
    status = deployment_status.of(_deployment(), _set(2, 0), [], START)
    assert deployment_status.deadline(_deployment(), status, START) == START + timedelta(seconds=60)
    later = START + timedelta(seconds=60)
    same = deployment_status.of(_deployment(status=status), _set(2, 0), [], START + timedelta(seconds=59))
    assert same == status
    late = deployment_status.of(_deployment(status=status), _set(2, 0), [], later)
    assert _reason(late, "Progressing") == "ProgressDeadlineExceeded"
    assert deployment_status.deadline(_deployment(), late, later) is None
    assert deployment_status.deadline(_deployment(), status, later) is None


def test_every_move_is_another_chance() -> None:
    status = deployment_status.of(_deployment(), _set(1, 0), [_set(2, 2)], START)
    soon = START + timedelta(seconds=30)
    moved = deployment_status.of(_deployment(status=status), _set(1, 1), [_set(1, 1)], soon)
    assert deployment_status.deadline(_deployment(), moved, soon) == soon + timedelta(seconds=60)


def test_a_pod_that_fails_after_the_rollout_is_no_failed_rollout() -> None:
    status = deployment_status.of(_deployment(), _set(2, 2), [], START)
    after = deployment_status.of(_deployment(status=status), _set(2, 1), [], START + timedelta(hours=1))
    assert _reason(after, "Progressing") == "NewReplicaSetAvailable"
    assert after["unavailableReplicas"] == 1


def test_what_nobody_said_has_no_deadline() -> None:
    assert deployment_status.deadline(_deployment(), {}, START) is None
