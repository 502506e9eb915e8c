from datetime import timedelta
from typing import Any

import pytest

from keyferry.lab.kubernetes import graceful
from tests.fakes.kubernetes_cluster import START, FakeCluster

PODS = "/api/v1/namespaces/default/pods"


def _pod(phase: str = "Running", **spec: Any) -> Any:
    spec = {"nodeName": "node-1", "terminationGracePeriodSeconds": 30} | spec
    return {"kind": "Pod", "spec": spec, "status": {"phase": phase}}


@pytest.mark.parametrize(
    ("document", "asked", "expected"),
    [
        pytest.param(_pod(), None, 30, id="its-own"),
        pytest.param(_pod(), 5, 5, id="asked"),
        pytest.param(_pod(), 0, 0, id="force"),
        pytest.param(_pod(), -1, 1, id="below-zero"),
        pytest.param(_pod(terminationGracePeriodSeconds=None), None, 0, id="none-given"),
        pytest.param(_pod(nodeName=""), 5, 0, id="on-no-node"),
        pytest.param(_pod("Succeeded"), 5, 0, id="finished"),
        pytest.param(_pod("Failed"), None, 0, id="failed"),
        pytest.param({"kind": "Secret"}, 5, 0, id="other-kinds"),
    ],
)
def test_the_period(document: Any, asked: int | None, expected: int) -> None:
    assert graceful.period(document, asked) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(None, {}, id="nothing-said"),
        pytest.param(30, {}, id="the-same"),
        pytest.param(60, {}, id="longer"),
        pytest.param(10, graceful.begun(10, START), id="sooner"),
        pytest.param(0, graceful.begun(0, START), id="now"),
    ],
)
def test_a_deletion_under_way_can_only_come_sooner(asked: int | None, expected: Any) -> None:
    assert graceful.shortened(graceful.begun(30, START), asked) == expected


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster()
    container = {"name": "c", "image": "nginx"}
    for name, spec in (("placed", {"nodeName": "node-1"}), ("free", {"schedulerName": "nobody"})):
        cluster.post(PODS, {"metadata": {"name": name}, "spec": {"containers": [container], **spec}})
    return cluster


def test_a_pod_on_a_node_stays_until_its_kubelet_lets_go(cluster: FakeCluster) -> None:
    answer = cluster.delete(f"{PODS}/placed")
    metadata = answer.document["metadata"]
    assert metadata["deletionGracePeriodSeconds"] == 30
    assert metadata["deletionTimestamp"] == "2026-03-01T12:00:30Z"
    assert metadata["generation"] == 2
    assert cluster.patch(f"{PODS}/placed/status", {"status": {"reason": "x"}}).status == 200
    assert cluster.get(f"{PODS}/placed").status == 200
    sooner = cluster.delete(f"{PODS}/placed", {"gracePeriodSeconds": 10}).document["metadata"]
    assert (sooner["deletionTimestamp"], sooner["generation"]) == ("2026-03-01T12:00:10Z", 2)
    assert cluster.delete(f"{PODS}/placed?gracePeriodSeconds=0").document["status"] == "Success"
    assert cluster.get(f"{PODS}/placed").status == 404


def test_a_pod_on_no_node_goes_at_once(cluster: FakeCluster) -> None:
    assert cluster.delete(f"{PODS}/free").document["status"] == "Success"
    assert cluster.get(f"{PODS}/free").status == 404


def test_finalizers_hold_a_pod_beyond_its_kubelet(cluster: FakeCluster) -> None:
    cluster.patch(f"{PODS}/placed", {"metadata": {"finalizers": ["x/y"]}})
    cluster.delete(f"{PODS}/placed")
    cluster.patch(f"{PODS}/placed", {"metadata": {"finalizers": None}})
    assert cluster.get(f"{PODS}/placed").status == 200


def test_a_forced_deletion_still_waits_for_finalizers(cluster: FakeCluster) -> None:
    cluster.patch(f"{PODS}/placed", {"metadata": {"finalizers": ["x/y"]}})
    cluster.delete(f"{PODS}/placed?gracePeriodSeconds=0")
    assert cluster.get(f"{PODS}/placed").status == 200
    cluster.patch(f"{PODS}/placed", {"metadata": {"finalizers": None}})
    assert cluster.get(f"{PODS}/placed").status == 404


def test_a_namespace_waits_for_its_pods(cluster: FakeCluster) -> None:
    container = {"name": "c", "image": "nginx"}
    cluster.post("/api/v1/namespaces", {"metadata": {"name": "n"}})
    body = {"metadata": {"name": "p"}, "spec": {"containers": [container], "nodeName": "node-1"}}
    cluster.post("/api/v1/namespaces/n/pods", body)
    cluster.delete("/api/v1/namespaces/n")
    cluster.advance(seconds=2)
    cluster.get("/version")
    assert cluster.get("/api/v1/namespaces/n/pods/p").document["metadata"]["deletionTimestamp"]
    assert cluster.get("/api/v1/namespaces/n").status == 200
    cluster.delete("/api/v1/namespaces/n/pods/p?gracePeriodSeconds=0")
    assert cluster.get("/api/v1/namespaces/n").status == 404


def test_refuses_a_period_that_is_no_number(cluster: FakeCluster) -> None:
    assert cluster.delete(f"{PODS}/placed", {"gracePeriodSeconds": "soon"}).status == 400
    assert cluster.delete(f"{PODS}/placed?gracePeriodSeconds=soon").status == 400


def test_the_instant_is_that_of_the_request() -> None:
    assert graceful.begun(3, START + timedelta(seconds=1))["deletionTimestamp"] == "2026-03-01T12:00:04Z"
