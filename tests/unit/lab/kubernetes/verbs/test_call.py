import pytest

from keyferry.lab.kubernetes.access.users import ADMIN
from keyferry.lab.kubernetes.requests.routes import Route
from keyferry.lab.kubernetes.status import StatusError
from keyferry.lab.kubernetes.verbs.call import Call
from keyferry.lab.world.http import Request
from tests.fakes.kubernetes_cluster import SECRETS, START, FakeCluster, secret


def _call(cluster: FakeCluster, name: str) -> Call:
    resource = cluster.api.registry.find("", "v1", "secrets")
    assert resource is not None
    return Call(
        cluster=cluster.api.cluster,
        request=Request(method="GET", path="/"),
        now=START,
        user=ADMIN,
        route=Route(group="", version="v1", plural="secrets", namespace="default", name=name),
        resource=resource,
        verb="get",
    )


def test_knows_the_object_of_its_path() -> None:
    cluster = FakeCluster()
    cluster.post(SECRETS, secret("a"))
    call = _call(cluster, "a")
    assert call.key == ("default", "a")
    assert call.existing().document["metadata"]["name"] == "a"
    assert call.journal.current.keys() == {("default", "a")}
    assert call.store is cluster.api.store
    assert 'secrets "a": changed' in str(call.conflict("changed"))


def test_refuses_what_is_not_there() -> None:
    with pytest.raises(StatusError, match='secrets "none" not found'):
        _call(FakeCluster(), "none").existing()
