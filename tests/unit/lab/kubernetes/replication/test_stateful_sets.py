from typing import Any

import pytest

from keyferry.lab.kubernetes.replication import stateful_sets
from tests.fakes.lab_workloads import PODS, Workshop, template, workload


def _names(shop: Workshop) -> list[str]:
    return [pod["metadata"]["name"] for pod in shop.pods()]


def _images(shop: Workshop) -> dict[str, str]:
    return {pod["metadata"]["name"]: pod["spec"]["containers"][0]["image"] for pod in shop.pods()}


def _make(**spec: Any) -> Workshop:
    shop = Workshop("node-1")
    shop.make("statefulsets", workload(serviceName="web", **spec))
    return shop


def _run_all(shop: Workshop) -> None:
    for _ in range(4):
        shop.run()
        shop.reap()


@pytest.fixture
def shop() -> Workshop:
    shop = _make(replicas=3)
    _run_all(shop)
    return shop


def test_makes_one_pod_after_the_other() -> None:
    shop = _make(replicas=2)
    assert _names(shop) == ["web-0"]
    shop.run("web-0")
    assert _names(shop) == ["web-0", "web-1"]
    pod = shop.pods()[1]
    assert (pod["spec"]["hostname"], pod["spec"]["subdomain"]) == ("web-1", "web")
    assert pod["metadata"]["labels"][stateful_sets.INDEX_LABEL] == "1"


def test_a_set_without_a_service_gives_its_pods_no_domain() -> None:
    shop = Workshop("node-1")
    shop.make("statefulsets", workload())
    assert "subdomain" not in shop.pods()[0]["spec"]


def test_waits_for_as_long_as_a_pod_must_be_ready() -> None:
    shop = _make(replicas=2, minReadySeconds=10)
    shop.run()
    assert _names(shop) == ["web-0"]
    shop.cluster.advance(seconds=10)
    shop.cluster.get("/version")
    assert _names(shop) == ["web-0", "web-1"]


def test_makes_all_at_once_where_order_does_not_matter() -> None:
    shop = _make(replicas=3, podManagementPolicy="Parallel")
    assert len(_names(shop)) == 3
    shop.change("statefulsets", {"replicas": 1})
    assert _names(shop) == ["web-0"]


def test_takes_the_last_away_first(shop: Workshop) -> None:
    shop.change("statefulsets", {"replicas": 1})
    assert _names(shop) == ["web-0", "web-1"]
    shop.reap()
    assert _names(shop) == ["web-0"]


def test_renews_the_last_first_and_waits_for_each(shop: Workshop) -> None:
    shop.change("statefulsets", {"template": template("web:2")})
    assert _names(shop) == ["web-0", "web-1"]
    shop.reap()
    assert _images(shop) == {"web-0": "web:1", "web-1": "web:1", "web-2": "web:2"}
    status = shop.read("statefulsets")["status"]
    assert (status["updatedReplicas"], status["currentReplicas"]) == (1, 2)
    assert status["currentRevision"] != status["updateRevision"]
    _run_all(shop)
    assert set(_images(shop).values()) == {"web:2"}
    status = shop.read("statefulsets")["status"]
    assert status["currentRevision"] == status["updateRevision"]


def test_renews_up_to_the_partition(shop: Workshop) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    shop.change("statefulsets", {"template": template("web:2"), "updateStrategy": strategy})
    _run_all(shop)
    assert _images(shop) == {"web-0": "web:1", "web-1": "web:1", "web-2": "web:2"}


def test_renews_nothing_by_itself_on_delete(shop: Workshop) -> None:
    strategy = {"type": "OnDelete", "rollingUpdate": None}
    shop.change("statefulsets", {"template": template("web:2"), "updateStrategy": strategy})
    _run_all(shop)
    assert set(_images(shop).values()) == {"web:1"}


def test_makes_again_what_goes_and_what_fails(shop: Workshop) -> None:
    shop.cluster.delete(f"{PODS}/web-1")
    assert _names(shop) == ["web-0", "web-2"]
    shop.reap()
    assert _names(shop) == ["web-0", "web-1", "web-2"]
    shop.run()
    shop.report("web-0", "Failed")
    assert _names(shop) == ["web-0", "web-1", "web-2"]
    assert shop.pods()[0]["status"]["phase"] == "Pending"


def test_a_finished_pod_that_something_holds_is_waited_for(shop: Workshop) -> None:
    shop.cluster.patch(f"{PODS}/web-0", {"metadata": {"finalizers": ["x/y"]}})
    shop.report("web-0", "Failed")
    shop.change("statefulsets", {"replicas": 4})
    assert _names(shop) == ["web-1", "web-2"]
    shop.cluster.patch(f"{PODS}/web-0", {"metadata": {"finalizers": None}})
    assert _names(shop) == ["web-0", "web-1", "web-2"]


def test_a_pod_by_hand_takes_no_place(shop: Workshop) -> None:
    owner = shop.pods()[0]["metadata"]["ownerReferences"]
    spec = {"containers": [{"name": "web", "image": "web:1"}]}
    shop.cluster.post(PODS, {"metadata": {"name": "stray", "ownerReferences": owner}, "spec": spec})
    assert shop.read("statefulsets")["status"]["replicas"] == 3


def test_its_pods_go_with_it(shop: Workshop) -> None:
    path = "/apis/apps/v1/namespaces/default/statefulsets/web"
    shop.cluster.delete(path, {"propagationPolicy": "Foreground"})
    shop.reap()
    assert shop.cluster.names(PODS) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("web-0", 0, id="first"),
        pytest.param("web-12", 12, id="twelfth"),
        pytest.param("web-x", None, id="no-number"),
        pytest.param("other-1", None, id="another-set"),
    ],
)
def test_ordinals(name: str, expected: int | None) -> None:
    owner = {"metadata": {"name": "web"}}
    assert stateful_sets.ordinal(owner, {"metadata": {"name": name}}) == expected
