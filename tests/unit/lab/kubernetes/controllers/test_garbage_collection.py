import pytest

from keyferry.lab.kubernetes.objects import Object
from tests.fakes.kubernetes_cluster import FERRIES, SECRETS, FakeCluster, ferry, secret


def _owner(cluster: FakeCluster, name: str, **fields: object) -> Object:
    uid = cluster.get(f"{FERRIES}/{name}").document["metadata"]["uid"]
    return {"apiVersion": "example.com/v1", "kind": "Ferry", "name": name, "uid": uid, **fields}


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster().with_ferries()
    for name in ("a", "b"):
        cluster.post(FERRIES, ferry(name))
    cluster.post(SECRETS, secret("owned", ownerReferences=[_owner(cluster, "a", blockOwnerDeletion=True)]))
    cluster.post(SECRETS, secret("free"))
    return cluster


def test_dependents_go_with_their_owner(cluster: FakeCluster) -> None:
    cluster.delete(f"{FERRIES}/a")
    assert cluster.names(SECRETS) == ["free"]


def test_a_dependent_with_another_owner_loses_the_reference_alone(cluster: FakeCluster) -> None:
    owners = [_owner(cluster, "a"), _owner(cluster, "b")]
    cluster.patch(f"{SECRETS}/owned", {"metadata": {"ownerReferences": owners}})
    cluster.delete(f"{FERRIES}/a")
    left = cluster.get(f"{SECRETS}/owned").document["metadata"]["ownerReferences"]
    assert [one["name"] for one in left] == ["b"]


def test_an_owner_that_never_was_takes_its_dependent_along(cluster: FakeCluster) -> None:
    cluster.post(SECRETS, secret("late", ownerReferences=[_owner(cluster, "a") | {"uid": "gone"}]))
    assert cluster.names(SECRETS) == ["free", "owned"]


def test_orphans_stay_without_their_owner(cluster: FakeCluster) -> None:
    cluster.delete(f"{FERRIES}/a", {"propagationPolicy": "Orphan"})
    assert cluster.get(f"{FERRIES}/a").status == 404
    assert "ownerReferences" not in cluster.get(f"{SECRETS}/owned").document["metadata"]


def test_a_foreground_deletion_waits_for_what_blocks_it(cluster: FakeCluster) -> None:
    cluster.patch(f"{SECRETS}/owned", {"metadata": {"finalizers": ["x.io/y"]}})
    cluster.delete(f"{FERRIES}/a", {"propagationPolicy": "Foreground"})
    waiting = cluster.get(f"{FERRIES}/a").document["metadata"]
    assert waiting["finalizers"] == ["foregroundDeletion"]
    assert cluster.patch(f"{FERRIES}/a", {"metadata": {"labels": {"still": "here"}}}).status == 200
    assert cluster.get(f"{SECRETS}/owned").document["metadata"]["deletionTimestamp"]
    cluster.patch(f"{SECRETS}/owned", {"metadata": {"finalizers": None}})
    assert cluster.get(f"{FERRIES}/a").status == 404
    assert cluster.names(SECRETS) == ["free"]


def test_a_foreground_deletion_ends_at_once_when_nothing_blocks(cluster: FakeCluster) -> None:
    cluster.delete(f"{FERRIES}/b", {"propagationPolicy": "Foreground"})
    assert cluster.get(f"{FERRIES}/b").status == 404


def test_what_has_no_owner_is_left_alone(cluster: FakeCluster) -> None:
    cluster.delete(FERRIES)
    assert cluster.names(SECRETS) == ["free"]


def test_a_changed_dependent_leaves_its_siblings_owned(cluster: FakeCluster) -> None:
    cluster.post(SECRETS, secret("sibling", ownerReferences=[_owner(cluster, "a")]))
    cluster.patch(f"{SECRETS}/owned", {"metadata": {"ownerReferences": None}})
    cluster.delete(f"{FERRIES}/a")
    assert cluster.names(SECRETS) == ["free", "owned"]
