from typing import Any

import pytest

from keyferry.lab.kubernetes.builtin import nodes
from tests.fakes.kubernetes_cluster import FakeCluster

NODES = "/api/v1/nodes"


def _node(**fields: Any) -> Any:
    return {"metadata": {"name": "node-1"}, **fields}


def test_a_kubelet_brings_the_status_along() -> None:
    document = FakeCluster().post(NODES, _node(status={"capacity": {"pods": "110"}})).document
    assert document["status"]["allocatable"] == {"pods": "110"}
    assert document["spec"] == {}


def test_a_later_status_goes_through_its_subresource() -> None:
    cluster = FakeCluster()
    cluster.post(NODES, _node())
    cluster.patch(f"{NODES}/node-1", {"status": {"phase": "x"}})
    assert "status" not in cluster.get(f"{NODES}/node-1").document
    cluster.patch(f"{NODES}/node-1/status", {"status": {"phase": "x"}})
    assert cluster.get(f"{NODES}/node-1").document["status"] == {"phase": "x"}


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        pytest.param({"taints": [{"key": "", "effect": "NoSchedule"}]}, "spec.taints[0].key: Required value", id="key"),
        pytest.param({"taints": [{"key": "a b", "effect": "NoSchedule"}]}, "spec.taints[0].key: Invalid", id="bad-key"),
        pytest.param({"taints": [{"key": "a", "effect": "Never"}]}, "spec.taints[0].effect: Unsupported", id="effect"),
        pytest.param({"taints": [{"key": "a", "effect": "NoExecute"}] * 2}, "spec.taints[1]: Duplicate", id="twice"),
    ],
)
def test_refuses_taints(spec: Any, complaint: str) -> None:
    answer = FakeCluster().post(NODES, _node(spec=spec))
    assert answer.status == 422
    assert complaint in answer.document["message"]


def test_a_node_stays_the_machine_that_it_is() -> None:
    cluster = FakeCluster()
    cluster.post(NODES, _node())
    assert cluster.patch(f"{NODES}/node-1", {"spec": {"providerID": "azure:///1"}}).status == 200
    refused = cluster.patch(f"{NODES}/node-1", {"spec": {"providerID": "azure:///2"}})
    assert "node updates may not change providerID" in refused.document["message"]


def test_what_has_no_status_is_left_alone() -> None:
    document = _node(status="odd")
    nodes.default(document, None)
    assert document["status"] == "odd"
