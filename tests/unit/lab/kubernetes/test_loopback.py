import pytest

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.loopback import Loopback
from keyferry.lab.kubernetes.status import StatusError
from tests.fakes.kubernetes_cluster import SECRETS, START, FakeCluster, secret

KIND = ("", "secrets")


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def api(cluster: FakeCluster) -> Loopback:
    return Loopback(cluster=cluster.api.cluster, agent="kube-tester")


def _secret(name: str) -> objects.Object:
    document = secret(name)
    document["metadata"]["namespace"] = "default"
    return document


def test_what_it_creates_is_like_anybodys(cluster: FakeCluster, api: Loopback) -> None:
    api.create(_secret("a"), START)
    document = cluster.get(f"{SECRETS}/a").document
    assert document["type"] == "Opaque"
    assert document["metadata"]["managedFields"][0]["manager"] == "kube-tester"
    with pytest.raises(StatusError, match="already exists"):
        api.create(_secret("a"), START)


def test_updates_what_it_has_read(cluster: FakeCluster, api: Loopback) -> None:
    document = objects.copy(api.create(_secret("a"), START).document)
    document["metadata"]["labels"] = {"x": "y"}
    api.update(document, START)
    assert cluster.get(f"{SECRETS}/a").document["metadata"]["labels"] == {"x": "y"}
    with pytest.raises(StatusError, match="has been modified"):
        api.update(document, START)


def test_deletes_what_may_be_gone(cluster: FakeCluster, api: Loopback) -> None:
    document = api.create(_secret("a"), START).document
    api.delete(document, START)
    api.delete(document, START)
    assert cluster.names(SECRETS) == []
    assert api.store.get(KIND, ("default", "a")) is None
