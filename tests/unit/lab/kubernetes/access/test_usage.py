import pytest

from keyferry.lab.kubernetes.access import usage
from keyferry.lab.kubernetes.access.usage import MAX_USES, Usage
from keyferry.lab.kubernetes.authorization import Attributes
from tests.fakes.kubernetes_cluster import SECRETS, FakeCluster


@pytest.mark.parametrize(
    ("group", "resource", "name"),
    [
        pytest.param("", "pods", "pods", id="core"),
        pytest.param("", "pods/log", "pods/log", id="core-part"),
        pytest.param("apps", "deployments/scale", "deployments.apps/scale", id="group-part"),
    ],
)
def test_resources_have_one_name(group: str, resource: str, name: str) -> None:
    assert usage.named(group, resource) == name


def test_what_a_user_did_and_was_refused_is_told_apart() -> None:
    cluster = FakeCluster()
    token = cluster.post("/api/v1/namespaces/default/serviceaccounts/default/token", {"spec": {}})
    cluster.send("GET", SECRETS, token=token.document["status"]["token"])
    cluster.get(SECRETS)
    cluster.get("/version")
    found = cluster.api.cluster.usage
    assert found.of("system:serviceaccount:default:default", allowed=False) == {("list", "secrets")}
    assert found.of("system:serviceaccount:default:default", allowed=True) == frozenset()
    assert found.of("kubernetes-admin", allowed=True) == {("list", "secrets"), ("create", "serviceaccounts/token")}


def test_no_flood_of_users_fills_the_memory() -> None:
    noted = Usage()
    for number in range(MAX_USES + 5):
        noted.note(f"user-{number}", Attributes(verb="get", resource="pods"), allowed=True)
    assert noted.of(f"user-{MAX_USES - 1}", allowed=True)
    assert not noted.of(f"user-{MAX_USES}", allowed=True)
