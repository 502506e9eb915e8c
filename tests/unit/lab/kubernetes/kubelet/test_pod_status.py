"""A pod's phase and conditions, from what its containers are."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keyferry.lab.kubernetes.kubelet import pod_status
from keyferry.lab.kubernetes.kubelet.pod_status import Container, Standing
from keyferry.lab.kubernetes.objects import Object

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RUNNING = pod_status.running(NOW)
WAITING = pod_status.waiting(pod_status.CREATING)
DONE = pod_status.terminated(0, NOW, NOW, "lab://1")
FAILED = pod_status.terminated(3, NOW, NOW, "lab://1")


def container(state: Object, **changes: Any) -> Container:
    return replace(Container(name="app", image="i", state=state, last={}), **changes)


def standing(*states: Object, inits: tuple[Container, ...] = (), **changes: Any) -> Standing:
    made = Standing(
        inits=inits,
        containers=tuple(container(state) for state in states),
        has_volumes=True,
        host_address="10.0.0.1",
        pod_address="10.1.0.1",
        started=NOW,
    )
    return replace(made, **changes)


def pod(policy: str = "Always", **status: Any) -> Object:
    return {"spec": {"restartPolicy": policy}, "status": status}


def condition(status: Object, type_: str) -> Object:
    return next(one for one in status["conditions"] if one["type"] == type_)


@pytest.mark.parametrize(
    ("policy", "known", "phase"),
    [
        pytest.param("Always", standing(WAITING), "Pending", id="waiting"),
        pytest.param("Always", standing(RUNNING, WAITING), "Running", id="one-runs"),
        pytest.param("Always", standing(DONE), "Running", id="will-run-again"),
        pytest.param("Never", standing(DONE), "Succeeded", id="done"),
        pytest.param("OnFailure", standing(DONE, DONE), "Succeeded", id="all-done"),
        pytest.param("Never", standing(DONE, FAILED), "Failed", id="failed"),
        pytest.param("OnFailure", standing(FAILED), "Running", id="will-try-again"),
        pytest.param("Never", standing(WAITING, inits=(container(FAILED),)), "Failed", id="init-failed"),
        pytest.param("Always", standing(WAITING, inits=(container(FAILED),)), "Pending", id="init-tries-again"),
        pytest.param("Always", standing(WAITING, inits=(container(DONE),)), "Pending", id="init-done"),
        pytest.param(
            "Always",
            standing(RUNNING, inits=(container(RUNNING),), sidecars=frozenset({"app"})),
            "Running",
            id="sidecar-runs",
        ),
        pytest.param(
            "Always", standing(containers=(container(WAITING, last=FAILED, restarts=1),)), "Running", id="crashing"
        ),
    ],
)
def test_phase(policy: str, known: Standing, phase: str) -> None:
    assert pod_status.phase(pod(policy), known) == phase


def test_a_running_pod_is_ready_and_has_an_address() -> None:
    status = pod_status.status(pod(qosClass="BestEffort", phase="Pending"), standing(RUNNING), NOW)
    assert (status["phase"], status["podIP"], status["hostIP"]) == ("Running", "10.1.0.1", "10.0.0.1")
    assert status["qosClass"] == "BestEffort"
    assert {one["type"]: one["status"] for one in status["conditions"]} == {
        "PodReadyToStartContainers": "True",
        "Initialized": "True",
        "Ready": "True",
        "ContainersReady": "True",
        "PodScheduled": "True",
    }
    assert status["containerStatuses"][0] == {
        "name": "app",
        "image": "i",
        "imageID": "",
        "containerID": "lab://app",
        "state": RUNNING,
        "lastState": {},
        "ready": True,
        "started": True,
        "restartCount": 0,
    }
    assert "initContainerStatuses" not in status


def test_a_waiting_pod_says_what_it_waits_for() -> None:
    status = pod_status.status(pod(), standing(WAITING, inits=(container(WAITING),), has_volumes=False), NOW)
    assert "podIP" not in status
    assert condition(status, "Ready")["message"] == "containers with unready status: [app]"
    assert condition(status, "Initialized")["message"] == "containers with incomplete status: [app]"
    assert status["containerStatuses"][0]["containerID"] == ""
    assert status["initContainerStatuses"][0]["ready"] is False


def test_an_ended_pod_says_that_it_is_complete() -> None:
    status = pod_status.status(pod("Never"), standing(DONE), NOW)
    assert condition(status, "Ready")["reason"] == "PodCompleted"


def test_an_unchanged_condition_keeps_its_instant_and_others_stay() -> None:
    foreign = {"type": "example.com/gate", "status": "False"}
    first = pod_status.status(pod(conditions=[foreign]), standing(RUNNING), NOW)
    later = pod_status.status(pod(**first), standing(RUNNING), NOW + timedelta(hours=1))
    assert later == first
    assert foreign in later["conditions"]


@pytest.mark.parametrize(("told", "ready"), [("True", "True"), ("False", "False"), (None, "False")])
def test_a_gate_holds_readiness(told: str | None, ready: str) -> None:
    conditions = [] if told is None else [{"type": "gate", "status": told}]
    gated = pod(conditions=conditions)
    gated["spec"]["readinessGates"] = [{"conditionType": "gate"}]
    status = pod_status.status(gated, standing(RUNNING), NOW)
    assert condition(status, "Ready")["status"] == ready


def test_states_are_told() -> None:
    assert pod_status.waiting("Why", "because") == {"waiting": {"reason": "Why", "message": "because"}}
    assert FAILED["terminated"]["reason"] == "Error"
    assert container(FAILED).exit_code == 3
