from typing import Any

from tests.fakes.lab_workloads import PODS, Workshop, template, workload


def _status(shop: Workshop) -> dict[str, Any]:
    status: dict[str, Any] = shop.read("replicasets")["status"]
    return status


def test_makes_as_many_pods_as_wished_for() -> None:
    shop = Workshop("node-1")
    shop.make("replicasets", workload(replicas=3))
    assert len(shop.pods()) == 3
    owner = shop.read("replicasets")
    (reference,) = shop.pods()[0]["metadata"]["ownerReferences"]
    assert (reference["uid"], reference["controller"]) == (owner["metadata"]["uid"], True)
    assert shop.pods()[0]["metadata"]["labels"] == {"app": "web"}
    assert _status(shop) == {"replicas": 3, "fullyLabeledReplicas": 3, "observedGeneration": 1}


def test_counts_those_that_are_ready() -> None:
    shop = Workshop("node-1")
    shop.make("replicasets", workload(replicas=2, minReadySeconds=10))
    shop.run()
    assert (_status(shop)["readyReplicas"], _status(shop).get("availableReplicas")) == (2, None)
    shop.cluster.advance(seconds=10)
    shop.cluster.get("/version")
    assert _status(shop)["availableReplicas"] == 2


def test_replaces_what_goes_and_what_fails() -> None:
    shop = Workshop("node-1")
    shop.make("replicasets", workload(replicas=2))
    shop.run()
    first, second = (pod["metadata"]["name"] for pod in shop.pods())
    shop.cluster.delete(f"{PODS}/{first}")
    assert _status(shop)["terminatingReplicas"] == 1
    shop.report(second, "Failed")
    names = {pod["metadata"]["name"] for pod in shop.pods()}
    assert len(names - {first, second}) == 2


def test_deletes_what_is_too_much() -> None:
    shop = Workshop("node-1")
    shop.make("replicasets", workload(replicas=3))
    shop.run(shop.pods()[1]["metadata"]["name"])
    ready = shop.pods()[1]["metadata"]["name"]
    shop.change("replicasets", {"replicas": 1})
    assert [pod["metadata"]["name"] for pod in shop.pods()] == [ready]


def test_its_pods_go_with_it() -> None:
    shop = Workshop("node-1")
    shop.make("replicasets", workload(replicas=2))
    shop.cluster.delete("/apis/apps/v1/namespaces/default/replicasets/web")
    assert shop.pods() == []
    shop.reap()
    assert shop.cluster.names(PODS) == []


def test_waits_for_its_pods_when_it_is_deleted_in_the_foreground() -> None:
    shop = Workshop("node-1")
    shop.make("replicasets", workload(replicas=1))
    path = "/apis/apps/v1/namespaces/default/replicasets/web"
    shop.cluster.delete(path, {"propagationPolicy": "Foreground"})
    assert shop.cluster.get(path).status == 200
    shop.reap()
    assert shop.cluster.get(path).status == 404


def test_tells_when_its_pods_are_refused_and_tries_again() -> None:
    shop = Workshop("node-1")
    broken = template(nodeSelector={"a": "b"})
    broken["metadata"]["annotations"] = {"bad key": "x"}
    shop.make("replicasets", workload(replicas=1, template=broken))
    assert shop.pods() == []
    assert {reason for reason, _ in shop.events("ReplicaSet")} == {"FailedCreate"}
    assert _status(shop) == {"replicas": 0, "observedGeneration": 1}
