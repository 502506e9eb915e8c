from typing import Any

import pytest

from keyferry.lab.kubernetes.builtin import csi
from keyferry.lab.kubernetes.objects import Object
from tests.fakes.kubernetes_cluster import FakeCluster

DRIVERS = "/apis/storage.k8s.io/v1/csidrivers"
NODES = "/apis/storage.k8s.io/v1/csinodes"
AUDIENCE = "api://AzureADTokenExchange"


def _driver(name: str = "secrets.example.com", **spec: Any) -> Object:
    return {"metadata": {"name": name}, "spec": spec}


def _node(*drivers: Object) -> Object:
    return {"metadata": {"name": "node-1"}, "spec": {"drivers": list(drivers)}}


def test_drivers_get_their_defaults() -> None:
    assert FakeCluster().post(DRIVERS, _driver()).document["spec"] == {
        "attachRequired": True,
        "podInfoOnMount": False,
        "storageCapacity": False,
        "requiresRepublish": False,
        "seLinuxMount": False,
        "fsGroupPolicy": "ReadWriteOnceWithFSType",
        "volumeLifecycleModes": ["Persistent"],
    }


def test_a_driver_without_a_specification_gets_one() -> None:
    assert FakeCluster().post(DRIVERS, {"metadata": {"name": "d"}}).document["spec"]["attachRequired"] is True
    odd: Object = {"spec": 1}
    csi.default_driver(odd, None)
    assert odd == {"spec": 1}


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        pytest.param(_driver("d" * 64), "metadata.name: Too long", id="name"),
        pytest.param(_driver(volumeLifecycleModes=["Sometimes"]), "spec.volumeLifecycleModes: Unsupported", id="mode"),
        pytest.param(_driver(fsGroupPolicy="Maybe"), "spec.fsGroupPolicy: Unsupported value", id="policy"),
        pytest.param(
            _driver(tokenRequests=[{"audience": AUDIENCE}] * 2),
            "spec.tokenRequests[1].audience: Duplicate value",
            id="audience-twice",
        ),
        pytest.param(
            _driver(tokenRequests=[{"audience": AUDIENCE, "expirationSeconds": 599}]),
            "may not specify a duration less than 10 minutes",
            id="short",
        ),
        pytest.param(
            _driver(tokenRequests=[{"audience": AUDIENCE, "expirationSeconds": 2**32 + 1}]),
            "may not specify a duration larger than 2^32 seconds",
            id="long",
        ),
        pytest.param(_driver(serviceAccountTokenInSecrets=True), "when tokenRequests is set", id="no-tokens"),
        pytest.param(_driver(nodeAllocatableUpdatePeriodSeconds=9), "greater than or equal to 10", id="period"),
    ],
)
def test_refuses_drivers(body: Object, complaint: str) -> None:
    answer = FakeCluster().post(DRIVERS, body)
    assert answer.status == 422
    assert complaint in answer.document["message"]


def test_takes_a_driver_of_secrets() -> None:
    tokens = [{"audience": AUDIENCE, "expirationSeconds": 600}]
    body = _driver(
        tokenRequests=tokens,
        serviceAccountTokenInSecrets=True,
        nodeAllocatableUpdatePeriodSeconds=10,
        volumeLifecycleModes=["Ephemeral"],
    )
    assert FakeCluster().post(DRIVERS, body).status == 201


@pytest.mark.parametrize(
    ("change", "status"),
    [
        pytest.param({"attachRequired": False}, 422, id="attach"),
        pytest.param({"volumeLifecycleModes": ["Ephemeral"]}, 422, id="modes"),
        pytest.param({"podInfoOnMount": True}, 200, id="pod-info"),
        pytest.param({"requiresRepublish": True}, 200, id="republish"),
    ],
)
def test_some_of_a_driver_never_changes(change: Object, status: int) -> None:
    cluster = FakeCluster()
    cluster.post(DRIVERS, _driver())
    assert cluster.patch(f"{DRIVERS}/secrets.example.com", {"spec": change}).status == status


@pytest.mark.parametrize(
    ("drivers", "complaint"),
    [
        pytest.param([{"name": "", "nodeID": "n"}], "spec.drivers[0].name: Required value", id="name"),
        pytest.param([{"name": "d", "nodeID": ""}], "spec.drivers[0].nodeID: Required value", id="id"),
        pytest.param([{"name": "d", "nodeID": "n" * 193}], "spec.drivers[0].nodeID: Too long", id="long-id"),
        pytest.param([{"name": "d", "nodeID": "n"}] * 2, "spec.drivers[1].name: Duplicate value", id="twice"),
    ],
)
def test_refuses_drivers_of_a_node(drivers: list[Object], complaint: str) -> None:
    answer = FakeCluster().post(NODES, _node(*drivers))
    assert answer.status == 422
    assert complaint in answer.document["message"]


def test_drivers_of_a_node_come_and_go_and_stay_as_they_are() -> None:
    cluster = FakeCluster()
    assert cluster.post(NODES, _node()).status == 201
    body = {"spec": {"drivers": [{"name": "d", "nodeID": "n"}]}}
    assert cluster.patch(f"{NODES}/node-1", body).status == 200
    refused = cluster.patch(f"{NODES}/node-1", {"spec": {"drivers": [{"name": "d", "nodeID": "m"}]}})
    assert "field is immutable" in refused.document["message"]
    assert cluster.patch(f"{NODES}/node-1", {"spec": {"drivers": []}}).status == 200
