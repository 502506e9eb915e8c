from typing import Any

import pytest

from tests.fakes.lab_workloads import NODES, PODS, Workshop, template, workload


def _on(shop: Workshop) -> list[str]:
    return sorted(pod["spec"].get("nodeName", "") for pod in shop.pods())


def _status(shop: Workshop) -> Any:
    return {key: value for key, value in shop.read("daemonsets")["status"].items() if key != "observedGeneration"}


@pytest.fixture
def shop() -> Workshop:
    shop = Workshop("node-1", "node-2")
    shop.make("daemonsets", workload())
    shop.run()
    return shop


def test_runs_a_pod_on_every_node(shop: Workshop) -> None:
    assert _on(shop) == ["node-1", "node-2"]
    assert _status(shop) == {
        "currentNumberScheduled": 2,
        "desiredNumberScheduled": 2,
        "numberMisscheduled": 0,
        "numberReady": 2,
        "updatedNumberScheduled": 2,
        "numberAvailable": 2,
    }


def test_follows_the_nodes(shop: Workshop) -> None:
    shop.add_node("node-3")
    shop.add_node("node-4", taints=[{"key": "gpu", "effect": "NoSchedule"}])
    assert _on(shop) == ["node-1", "node-2", "node-3"]
    shop.cluster.patch(f"{NODES}/node-1", {"spec": {"taints": [{"key": "gpu", "effect": "NoSchedule"}]}})
    assert _on(shop) == ["node-2", "node-3"]
    shop.cluster.patch(f"{NODES}/node-2", {"spec": {"unschedulable": True}})
    assert _on(shop) == ["node-2", "node-3"]


def test_runs_only_where_it_is_wanted() -> None:
    shop = Workshop("node-1", "node-2")
    shop.cluster.patch(f"{NODES}/node-2", {"metadata": {"labels": {"disk": "ssd"}}})
    terms = [{"matchExpressions": [{"key": "disk", "operator": "Exists"}]}]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    shop.make("daemonsets", workload(template=template(affinity={"nodeAffinity": required})))
    assert _on(shop) == ["node-2"]


def test_replaces_what_goes_and_what_fails(shop: Workshop) -> None:
    first, second = shop.pods()
    shop.cluster.delete(f"{PODS}/{first['metadata']['name']}")
    assert len(shop.pods()) == 1
    shop.reap()
    shop.report(second["metadata"]["name"], "Failed")
    assert _on(shop) == ["node-1", "node-2"]


def test_renews_one_node_after_the_other(shop: Workshop) -> None:
    shop.change("daemonsets", {"template": template("web:2")})
    assert (shop.images(), _on(shop)) == (["web:1"], ["node-2"])
    shop.reap()
    assert shop.images() == ["web:1", "web:2"]
    shop.run()
    shop.reap()
    assert shop.images() == ["web:2", "web:2"]


def test_broken_pods_are_renewed_first(shop: Workshop) -> None:
    broken = shop.pods()[1]
    shop.report(broken["metadata"]["name"], "Running")
    shop.change("daemonsets", {"template": template("web:2")})
    (left,) = shop.pods()
    assert left["metadata"]["name"] != broken["metadata"]["name"]


def test_renews_nothing_by_itself_on_delete(shop: Workshop) -> None:
    shop.change("daemonsets", {"updateStrategy": {"type": "OnDelete"}, "template": template("web:2")})
    assert shop.images() == ["web:1"] * 2
    assert _status(shop).get("updatedNumberScheduled") is None
    shop.cluster.delete(f"{PODS}/{shop.pods()[0]['metadata']['name']}")
    shop.reap()
    assert shop.images() == ["web:1", "web:2"]


def test_keeps_one_of_two_on_a_node(shop: Workshop) -> None:
    extra = shop.pods()[0]
    metadata = {key: extra["metadata"][key] for key in ("labels", "ownerReferences")} | {"name": "zz-extra"}
    shop.cluster.post(PODS, {"metadata": metadata, "spec": extra["spec"]})
    assert _on(shop) == ["node-1", "node-2"]


def test_what_was_made_for_no_node_is_too_much(shop: Workshop) -> None:
    owner = shop.pods()[0]["metadata"]["ownerReferences"]
    metadata = {"name": "stray", "ownerReferences": owner}
    spec = {"containers": [{"name": "web", "image": "web:1"}], "schedulerName": "none"}
    shop.cluster.post(PODS, {"metadata": metadata, "spec": spec})
    assert shop.cluster.get(f"{PODS}/stray").status == 404


def test_its_pods_go_with_it(shop: Workshop) -> None:
    shop.cluster.delete("/apis/apps/v1/namespaces/default/daemonsets/web", {"propagationPolicy": "Foreground"})
    shop.reap()
    assert shop.cluster.names(PODS) == []
    assert shop.cluster.get("/apis/apps/v1/namespaces/default/daemonsets/web").status == 404


def test_a_finished_pod_that_something_holds_is_deleted_once(shop: Workshop) -> None:
    name = shop.pods()[0]["metadata"]["name"]
    shop.cluster.patch(f"{PODS}/{name}", {"metadata": {"finalizers": ["x/y"]}})
    shop.report(name, "Failed")
    version = shop.cluster.get(f"{PODS}/{name}").document["metadata"]["resourceVersion"]
    shop.add_node("node-3")
    assert shop.cluster.get(f"{PODS}/{name}").document["metadata"]["resourceVersion"] == version
