from typing import Any

import pytest

from tests.fakes.lab_workloads import APPS, Workshop, workload

SCALE = f"{APPS}/deployments/web/scale"
MERGE = "application/merge-patch+json"


@pytest.fixture
def shop() -> Workshop:
    shop = Workshop("node-1")
    shop.make("deployments", workload(replicas=2))
    return shop


def test_shows_how_many_there_are(shop: Workshop) -> None:
    document = shop.cluster.get(SCALE).document
    assert (document["kind"], document["apiVersion"]) == ("Scale", "autoscaling/v1")
    assert (document["spec"], document["status"]) == ({"replicas": 2}, {"replicas": 2, "selector": "app=web"})


@pytest.mark.parametrize(
    ("body", "media"),
    [
        pytest.param({"spec": {"replicas": 5}}, MERGE, id="merge"),
        pytest.param(
            [{"op": "replace", "path": "/spec/replicas", "value": 5}], "application/json-patch+json", id="json"
        ),
    ],
)
def test_changes_the_number(shop: Workshop, body: Any, media: str) -> None:
    assert shop.cluster.patch(SCALE, body, media).document["spec"] == {"replicas": 5}
    assert len(shop.pods()) == 5
    entries = shop.read("deployments")["metadata"]["managedFields"]
    assert "scale" in {entry.get("subresource") for entry in entries}


def test_takes_a_whole_scale_of_the_present_version(shop: Workshop) -> None:
    scale = shop.cluster.get(SCALE).document
    scale["spec"]["replicas"] = 0
    assert shop.cluster.put(SCALE, scale).status == 200
    assert shop.pods() == []
    assert shop.cluster.put(SCALE, scale).status == 409
    assert shop.cluster.put(SCALE, {"metadata": {}, "spec": {"replicas": 1}}).status == 200


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        pytest.param({"spec": {"replicas": "many"}}, MERGE, 400, id="no-number"),
        pytest.param({"spec": {"replicas": -1}}, MERGE, 422, id="below-zero"),
        pytest.param([{"op": "remove", "path": "/none"}], "application/json-patch+json", 400, id="patch"),
        pytest.param({}, "text/plain", 415, id="media"),
    ],
)
def test_refuses(shop: Workshop, body: Any, media: str, status: int) -> None:
    assert shop.cluster.patch(SCALE, body, media).status == status
