from typing import Any

import pytest

from keyferry.lab.kubernetes.objects import Object
from tests.fakes.kubernetes_cluster import FakeCluster

NODES = "/api/v1/nodes"
PODS = "/api/v1/namespaces/default/pods"
EVENTS = "/api/v1/namespaces/default/events"


def _node(cluster: FakeCluster, name: str, *, ready: str = "True", pods: str = "110", **spec: Any) -> None:
    status = {"conditions": [{"type": "Ready", "status": ready}], "capacity": {"pods": pods}}
    assert cluster.post(NODES, {"metadata": {"name": name}, "spec": spec, "status": status}).status == 201


def _pod(cluster: FakeCluster, name: str, **spec: Any) -> Object:
    container = {"name": "c", "image": "nginx"}
    body = {"metadata": {"name": name}, "spec": {"containers": [container], **spec}}
    assert cluster.post(PODS, body).status == 201
    return _read(cluster, name)


def _read(cluster: FakeCluster, name: str) -> Object:
    document: Object = cluster.get(f"{PODS}/{name}").document
    return document


def _condition(pod: Object) -> Object:
    (condition,) = pod["status"]["conditions"]
    found: Object = condition
    return found


def _events(cluster: FakeCluster) -> list[tuple[str, str, int]]:
    return [(one["reason"], one["message"], one["count"]) for one in cluster.get(EVENTS).document["items"]]


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


def test_spreads_pods_over_the_nodes_and_tells(cluster: FakeCluster) -> None:
    for name in ("node-1", "node-2"):
        _node(cluster, name)
    assert [_pod(cluster, name)["spec"]["nodeName"] for name in "abc"] == ["node-1", "node-2", "node-1"]
    assert _condition(_read(cluster, "a"))["status"] == "True"
    assert ("Scheduled", "Successfully assigned default/b to node-2", 1) in _events(cluster)


def test_a_pod_that_fits_nowhere_waits_and_says_why(cluster: FakeCluster) -> None:
    pod = _pod(cluster, "a")
    assert _condition(pod) == {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": "no nodes available to schedule pods",
        "lastTransitionTime": "2026-03-01T12:00:00Z",
    }
    assert _events(cluster) == [("FailedScheduling", "no nodes available to schedule pods", 1)]


def test_a_node_that_becomes_ready_takes_those_that_wait(cluster: FakeCluster) -> None:
    _pod(cluster, "a")
    _node(cluster, "node-1", ready="False")
    assert "not-ready" in _condition(_read(cluster, "a"))["message"]
    ready = {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    cluster.patch(f"{NODES}/node-1/status", ready)
    assert _read(cluster, "a")["spec"]["nodeName"] == "node-1"


def test_a_pod_that_leaves_makes_room(cluster: FakeCluster) -> None:
    _node(cluster, "node-1", pods="1")
    _pod(cluster, "a")
    assert "Too many pods" in _condition(_pod(cluster, "b"))["message"]
    cluster.patch(f"{PODS}/a/status", {"status": {"phase": "Succeeded"}})
    assert _read(cluster, "b")["spec"]["nodeName"] == "node-1"
    _pod(cluster, "c")
    cluster.delete(f"{PODS}/b?gracePeriodSeconds=0")
    assert _read(cluster, "c")["spec"]["nodeName"] == "node-1"


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param({"nodeName": "elsewhere"}, id="placed"),
        pytest.param({"schedulerName": "another"}, id="of-another-scheduler"),
        pytest.param({"schedulingGates": [{"name": "x/y"}]}, id="gated"),
    ],
)
def test_leaves_alone_what_is_not_its_own(cluster: FakeCluster, spec: Object) -> None:
    _node(cluster, "node-1")
    assert _pod(cluster, "a", **spec)["spec"].get("nodeName", "") == spec.get("nodeName", "")
    assert _events(cluster) == []


def test_a_pod_whose_gate_opens_is_placed(cluster: FakeCluster) -> None:
    _node(cluster, "node-1")
    _pod(cluster, "a", schedulingGates=[{"name": "x/y"}])
    cluster.patch(f"{PODS}/a", {"spec": {"schedulingGates": None}})
    assert _read(cluster, "a")["spec"]["nodeName"] == "node-1"


def test_a_pod_that_is_going_or_done_gets_no_node(cluster: FakeCluster) -> None:
    _pod(cluster, "held")
    cluster.patch(f"{PODS}/held", {"metadata": {"finalizers": ["x/y"]}})
    cluster.delete(f"{PODS}/held")
    _pod(cluster, "failed")
    cluster.patch(f"{PODS}/failed/status", {"status": {"phase": "Failed"}})
    _node(cluster, "node-1")
    assert [_read(cluster, name)["spec"].get("nodeName") for name in ("held", "failed")] == [None, None]


def test_other_tolerations_are_another_chance(cluster: FakeCluster) -> None:
    _node(cluster, "node-1", taints=[{"key": "gpu", "effect": "NoSchedule"}])
    _pod(cluster, "a")
    cluster.patch(f"{PODS}/a", {"spec": {"tolerations": [{"operator": "Exists"}]}})
    assert _read(cluster, "a")["spec"]["nodeName"] == "node-1"


def test_says_nothing_twice(cluster: FakeCluster) -> None:
    _node(cluster, "node-1", unschedulable=True)
    version = _pod(cluster, "a")["metadata"]["resourceVersion"]
    cluster.patch(f"{NODES}/node-1", {"metadata": {"labels": {"x": "y"}}})
    assert _read(cluster, "a")["metadata"]["resourceVersion"] == version
    assert [count for _, _, count in _events(cluster)] == [1]
