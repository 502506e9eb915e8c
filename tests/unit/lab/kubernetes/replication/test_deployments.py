from typing import Any

import pytest

from keyferry.lab.kubernetes.replication import revisions
from tests.fakes.lab_workloads import PODS, Workshop, template, workload


@pytest.fixture
def shop() -> Workshop:
    shop = Workshop("node-1")
    shop.make("deployments", workload(replicas=4, strategy=_rolling(surge=1, unavailable=0)))
    shop.run()
    return shop


def _rolling(*, surge: Any, unavailable: Any) -> Any:
    return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}


def _sets(shop: Workshop) -> list[tuple[str, int]]:
    """Return revision and size of each ReplicaSet, the oldest revision first."""
    found = shop.cluster.get("/apis/apps/v1/namespaces/default/replicasets").document["items"]
    return sorted((one["metadata"]["annotations"][revisions.REVISION], one["spec"]["replicas"]) for one in found)


def _new(shop: Workshop) -> list[str]:
    pods = [pod for pod in shop.pods() if pod["spec"]["containers"][0]["image"] == "web:2"]
    return [pod["metadata"]["name"] for pod in pods]


def test_makes_pods_by_a_replica_set(shop: Workshop) -> None:
    assert _sets(shop) == [("1", 4)]
    deployment = shop.read("deployments")
    assert deployment["metadata"]["annotations"][revisions.REVISION] == "1"
    numbers = {key: value for key, value in deployment["status"].items() if isinstance(value, int)}
    assert numbers == {
        "replicas": 4,
        "updatedReplicas": 4,
        "readyReplicas": 4,
        "availableReplicas": 4,
        "observedGeneration": 1,
    }
    assert [event for event in shop.events("Deployment") if event[1].endswith("from 0 to 4")] != []
    assert all(revisions.HASH_LABEL in pod["metadata"]["labels"] for pod in shop.pods())


def test_replaces_one_pod_after_the_other(shop: Workshop) -> None:
    shop.change("deployments", {"template": template("web:2")})
    steps = []
    while shop.images() != ["web:2"] * 4:
        steps.append(shop.images().count("web:1"))
        assert len(shop.pods()) <= 5
        shop.run(*_new(shop))
        shop.reap()
    assert steps == [4, 3, 2, 1]
    assert _sets(shop) == [("1", 0), ("2", 4)]
    assert shop.read("deployments")["status"]["updatedReplicas"] == 4


def test_keeps_the_old_pods_while_new_ones_do_not_work(shop: Workshop) -> None:
    shop.change("deployments", {"template": template("web:2")})
    assert shop.images() == ["web:1"] * 4 + ["web:2"]
    shop.cluster.advance(seconds=601)
    shop.cluster.get("/version")
    conditions = {one["type"]: one for one in shop.read("deployments")["status"]["conditions"]}
    assert conditions["Progressing"]["reason"] == "ProgressDeadlineExceeded"
    assert conditions["Available"]["status"] == "True"
    assert shop.images() == ["web:1"] * 4 + ["web:2"]


def test_going_back_makes_the_old_revision_the_newest(shop: Workshop) -> None:
    shop.change("deployments", {"template": template("web:2")})
    shop.change("deployments", {"template": template("web:1")})
    assert shop.images() == ["web:1"] * 4
    assert _sets(shop) == [("2", 0), ("3", 4)]


def test_a_restart_is_another_template(shop: Workshop) -> None:
    shop.change(
        "deployments", {"template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "now"}}}}
    )
    assert len(shop.pods()) == 5
    assert _sets(shop) == [("1", 4), ("2", 1)]


def test_scales(shop: Workshop) -> None:
    shop.change("deployments", {"replicas": 1})
    assert len(shop.pods()) == 1
    shop.change("deployments", {"replicas": 3})
    assert (len(shop.pods()), _sets(shop)) == (3, [("1", 3)])


def test_recreates_only_when_the_old_ones_are_gone() -> None:
    shop = Workshop("node-1")
    shop.make("deployments", workload(replicas=2, strategy={"type": "Recreate"}))
    shop.run()
    shop.change("deployments", {"template": template("web:2")})
    assert shop.pods() == []
    assert len(shop.cluster.names(PODS)) == 2
    shop.reap()
    assert shop.images() == ["web:2"] * 2


def test_holds_changes_back_while_paused(shop: Workshop) -> None:
    shop.change("deployments", {"paused": True, "template": template("web:2")})
    assert shop.images() == ["web:1"] * 4
    shop.change("deployments", {"paused": False})
    assert "web:2" in shop.images()


def test_forgets_old_revisions(shop: Workshop) -> None:
    shop.change("deployments", {"revisionHistoryLimit": 1, "strategy": _rolling(surge=0, unavailable=4)})
    for image in ("web:2", "web:3", "web:4"):
        shop.change("deployments", {"template": template(image)})
        shop.run()
        shop.reap()
    assert _sets(shop) == [("3", 0), ("4", 4)]


def test_everything_goes_with_it(shop: Workshop) -> None:
    shop.cluster.delete("/apis/apps/v1/namespaces/default/deployments/web")
    shop.reap()
    assert shop.cluster.names(PODS) == []
    assert _sets(shop) == []


def test_makes_nothing_while_it_ends() -> None:
    shop = Workshop("node-1")
    shop.make("deployments", workload(replicas=1))
    path = "/apis/apps/v1/namespaces/default/deployments/web"
    shop.cluster.patch(path, {"metadata": {"finalizers": ["x/y"]}})
    shop.cluster.delete(path)
    shop.change("deployments", {"template": template("web:2")})
    assert shop.images() == ["web:1"]
