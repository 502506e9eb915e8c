import pytest

from tests.fakes.kubernetes_cluster import SECRETS, FakeCluster, secret


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster()
    cluster.post(SECRETS, secret("a", labels={"app": "x"}))
    cluster.post(SECRETS, secret("held", finalizers=["x/y"], labels={"app": "x"}))
    cluster.post(SECRETS, secret("z"))
    return cluster


def test_answers_with_success_when_it_is_gone(cluster: FakeCluster) -> None:
    answer = cluster.delete(f"{SECRETS}/a")
    assert answer.document["status"] == "Success"
    assert answer.document["details"].keys() == {"name", "kind", "uid"}
    assert cluster.get(f"{SECRETS}/a").status == 404


def test_answers_with_the_object_while_a_finalizer_holds_it(cluster: FakeCluster) -> None:
    answer = cluster.delete(f"{SECRETS}/held")
    assert answer.document["metadata"]["deletionTimestamp"] == "2026-03-01T12:00:00Z"
    again = cluster.delete(f"{SECRETS}/held")
    assert again.document["metadata"]["resourceVersion"] == answer.document["metadata"]["resourceVersion"]


@pytest.mark.parametrize("name", ["a", "held"])
def test_a_dry_run_keeps_it(cluster: FakeCluster, name: str) -> None:
    before = cluster.get(f"{SECRETS}/{name}").document
    assert cluster.delete(f"{SECRETS}/{name}?dryRun=All").status == 200
    assert cluster.get(f"{SECRETS}/{name}").document == before


@pytest.mark.parametrize(
    ("preconditions", "complaint"),
    [
        pytest.param({"uid": "other"}, "UID in precondition: other", id="uid"),
        pytest.param({"resourceVersion": "1"}, "ResourceVersion in precondition: 1", id="version"),
    ],
)
def test_preconditions_guard_it(cluster: FakeCluster, preconditions: dict[str, str], complaint: str) -> None:
    answer = cluster.delete(f"{SECRETS}/a", {"preconditions": preconditions})
    assert answer.status == 409
    assert complaint in answer.document["message"]


def test_deletes_what_the_selectors_choose(cluster: FakeCluster) -> None:
    answer = cluster.delete(f"{SECRETS}?labelSelector=app=x")
    assert [item["metadata"]["name"] for item in answer.document["items"]] == ["a", "held"]
    assert cluster.names(SECRETS) == ["held", "z"]


def test_refuses_to_delete_all_namespaces_at_once(cluster: FakeCluster) -> None:
    before = cluster.names("/api/v1/namespaces")
    assert cluster.delete("/api/v1/namespaces").status == 405
    assert cluster.names("/api/v1/namespaces") == before


@pytest.mark.parametrize("name", ["default", "kube-system", "kube-public"])
def test_refuses_to_delete_a_namespace_that_every_cluster_needs(cluster: FakeCluster, name: str) -> None:
    answer = cluster.delete(f"/api/v1/namespaces/{name}")
    assert answer.status == 403
    assert answer.document["message"] == f'namespaces "{name}" is forbidden: this namespace may not be deleted'


def test_refuses_what_is_not_there(cluster: FakeCluster) -> None:
    assert cluster.delete(f"{SECRETS}/none").status == 404
