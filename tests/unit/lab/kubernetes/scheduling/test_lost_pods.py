import pytest

from tests.fakes.lab_workloads import NODES, PODS, Workshop, template, workload


@pytest.fixture
def shop() -> Workshop:
    shop = Workshop("node-1")
    shop.cluster.post(PODS, {"metadata": {"name": "p"}, "spec": template()["spec"]})
    shop.run()
    return shop


def _pass(shop: Workshop, seconds: int) -> None:
    shop.cluster.advance(seconds=seconds)
    shop.cluster.get("/version")


def test_a_pod_goes_when_its_node_does_not_come_back(shop: Workshop) -> None:
    shop.cluster.delete(f"{NODES}/node-1")
    _pass(shop, 39)
    assert shop.cluster.names(PODS) == ["p"]
    _pass(shop, 1)
    assert shop.cluster.names(PODS) == []


def test_a_pod_stays_when_its_node_comes_back(shop: Workshop) -> None:
    shop.cluster.delete(f"{NODES}/node-1")
    _pass(shop, 39)
    shop.add_node("node-1")
    _pass(shop, 60)
    assert shop.cluster.names(PODS) == ["p"]


def test_a_pod_that_was_being_deleted_goes_too(shop: Workshop) -> None:
    shop.cluster.delete(f"{PODS}/p")
    shop.cluster.delete(f"{NODES}/node-1")
    _pass(shop, 40)
    assert shop.cluster.names(PODS) == []


def test_a_finalizer_holds_it_failed(shop: Workshop) -> None:
    shop.cluster.patch(f"{PODS}/p", {"metadata": {"finalizers": ["x/y"]}})
    shop.cluster.delete(f"{NODES}/node-1")
    _pass(shop, 40)
    pod = shop.cluster.get(f"{PODS}/p").document
    assert (pod["status"]["phase"], pod["metadata"]["deletionGracePeriodSeconds"]) == ("Failed", 0)
    version = pod["metadata"]["resourceVersion"]
    _pass(shop, 100)
    assert shop.cluster.get(f"{PODS}/p").document["metadata"]["resourceVersion"] == version


def test_a_controller_makes_another_elsewhere(shop: Workshop) -> None:
    shop.make("replicasets", workload(replicas=1))
    shop.run()
    shop.add_node("node-2")
    shop.cluster.delete(f"{NODES}/node-1")
    _pass(shop, 40)
    assert [pod["spec"]["nodeName"] for pod in shop.pods()] == ["node-2"]


def test_the_name_of_a_node_that_never_was_is_no_node(shop: Workshop) -> None:
    spec = template()["spec"] | {"nodeName": "nowhere"}
    shop.cluster.post(PODS, {"metadata": {"name": "q"}, "spec": spec})
    _pass(shop, 40)
    assert shop.cluster.names(PODS) == ["p"]
