from typing import Any

import pytest

from tests.fakes.kubernetes_cluster import FakeCluster

PODS = "/api/v1/namespaces/default/pods"
TARGET = {"target": {"kind": "Node", "name": "node-1"}}


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster()
    container = {"name": "c", "image": "nginx"}
    gates = {"schedulingGates": [{"name": "x/y"}]}
    for name, spec in (("p", {}), ("gated", gates)):
        body = {"metadata": {"name": name}, "spec": {"containers": [container], "schedulerName": "mine", **spec}}
        cluster.post(PODS, body)
    return cluster


def test_gives_the_pod_its_node(cluster: FakeCluster) -> None:
    answer = cluster.post(f"{PODS}/p/binding", TARGET)
    assert (answer.status, answer.document["status"]) == (201, "Success")
    pod = cluster.get(f"{PODS}/p").document
    assert pod["spec"]["nodeName"] == "node-1"
    assert [one["type"] for one in pod["status"]["conditions"]] == ["PodScheduled"]


def test_once_and_for_all(cluster: FakeCluster) -> None:
    cluster.post(f"{PODS}/p/binding", TARGET)
    again = cluster.post(f"{PODS}/p/binding", TARGET)
    assert again.status == 409
    assert 'pod p is already assigned to node "node-1"' in again.document["message"]


def test_refuses_a_pod_that_is_going_or_gated(cluster: FakeCluster) -> None:
    cluster.patch(f"{PODS}/p", {"metadata": {"finalizers": ["x/y"]}})
    cluster.delete(f"{PODS}/p")
    assert "is being deleted" in cluster.post(f"{PODS}/p/binding", TARGET).document["message"]
    assert "non-empty .spec.schedulingGates" in cluster.post(f"{PODS}/gated/binding", TARGET).document["message"]


@pytest.mark.parametrize(
    ("body", "status", "complaint"),
    [
        pytest.param([], 400, "not a Binding", id="no-object"),
        pytest.param({"kind": "Pod"}, 400, "not a Binding", id="other-kind"),
        pytest.param({}, 422, "target.name: Required value", id="no-target"),
        pytest.param({"target": {"kind": "Pod", "name": "x"}}, 422, "target.kind: Unsupported value", id="no-node"),
    ],
)
def test_refuses_bodies(cluster: FakeCluster, body: Any, status: int, complaint: str) -> None:
    answer = cluster.post(f"{PODS}/p/binding", body)
    assert answer.status == status
    assert complaint in answer.document["message"]


def test_refuses_a_pod_that_is_not_there(cluster: FakeCluster) -> None:
    assert cluster.post(f"{PODS}/none/binding", TARGET).status == 404
