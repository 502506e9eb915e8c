from typing import Any

import pytest

from keyferry.lab.world.http import Streaming
from tests.fakes.kubernetes_cluster import SECRETS, FakeCluster, secret

RBAC = "/apis/rbac.authorization.k8s.io/v1"
ROLES, BINDINGS = f"{RBAC}/namespaces/default/roles", f"{RBAC}/namespaces/default/rolebindings"
SUBJECT = {"kind": "ServiceAccount", "name": "default", "namespace": "default"}


def _token(cluster: FakeCluster) -> str:
    answer = cluster.post("/api/v1/namespaces/default/serviceaccounts/default/token", {})
    return str(answer.document["status"]["token"])


def _grant(cluster: FakeCluster, **rule: Any) -> None:
    cluster.post(ROLES, {"metadata": {"name": "r"}, "rules": [{"apiGroups": [""], "resources": ["secrets"]} | rule]})
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"}
    assert cluster.post(BINDINGS, {"metadata": {"name": "b"}, "roleRef": role, "subjects": [SUBJECT]}).status == 201


def test_roles_and_bindings_count_from_the_moment_they_are_there() -> None:
    cluster = FakeCluster()
    token = _token(cluster)
    refused = cluster.get(SECRETS, token=token)
    assert (refused.status, refused.document["reason"]) == (403, "Forbidden")
    assert refused.document["message"] == (
        'secrets is forbidden: User "system:serviceaccount:default:default" cannot list resource "secrets" '
        'in API group "" in the namespace "default"'
    )
    _grant(cluster, verbs=["list"])
    assert cluster.get(SECRETS, token=token).status == 200
    assert cluster.get("/api/v1/secrets", token=token).status == 403
    cluster.delete(f"{BINDINGS}/b")
    assert cluster.get(SECRETS, token=token).status == 403


def test_names_restrict() -> None:
    cluster = FakeCluster()
    for name in ("a", "b"):
        cluster.post(SECRETS, secret(name))
    _grant(cluster, verbs=["get"], resourceNames=["a"])
    token = _token(cluster)
    assert [cluster.get(f"{SECRETS}/{name}", token=token).status for name in ("a", "b")] == [200, 403]


def test_who_may_list_one_name_asks_for_it_by_a_field_selector() -> None:
    cluster = FakeCluster()
    cluster.post(SECRETS, secret("a"))
    _grant(cluster, verbs=["list", "watch"], resourceNames=["a"])
    token = _token(cluster)
    asked = {"": 403, "?fieldSelector=metadata.name%3Da": 200, "?fieldSelector=metadata.name%3Db": 403}
    assert {query: cluster.get(f"{SECRETS}{query}", token=token).status for query in asked} == asked
    watch = cluster.open("GET", f"{SECRETS}?watch=true&fieldSelector=metadata.name%3Da", None, token=token)
    assert isinstance(watch, Streaming)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/apis", 200, id="discovery"),
        pytest.param("/openapi/v3", 200, id="openapi"),
        pytest.param("/version", 200, id="version"),
        pytest.param("/metrics", 403, id="another-path"),
        pytest.param("/api/v1/namespaces/default", 403, id="object"),
        pytest.param("/apis/none.io/v1/things", 403, id="unknown-kinds-are-no-secret-channel"),
    ],
)
def test_what_every_account_may_read(path: str, status: int) -> None:
    cluster = FakeCluster()
    assert cluster.get(path, token=_token(cluster)).status == status


def test_paths_are_refused_in_words() -> None:
    cluster = FakeCluster()
    message = cluster.get("/metrics", token=_token(cluster)).document["message"]
    assert message == 'forbidden: User "system:serviceaccount:default:default" cannot get path "/metrics"'


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/version", 200, id="version"),
        pytest.param("/healthz", 200, id="health"),
        pytest.param("/api", 401, id="discovery"),
        pytest.param(SECRETS, 401, id="objects"),
    ],
)
def test_what_nobody_in_particular_may_read(path: str, status: int) -> None:
    assert FakeCluster().get(path, token="").status == status


def test_tells_everyone_their_own_rules() -> None:
    cluster = FakeCluster()
    _grant(cluster, verbs=["get"], resourceNames=["a"])
    path, token = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", _token(cluster)
    here, elsewhere = (
        cluster.post(path, {"spec": {"namespace": namespace}}, token=token).document["status"]
        for namespace in ("default", "kube-system")
    )
    rule = {"verbs": ["get"], "apiGroups": [""], "resources": ["secrets"], "resourceNames": ["a"]}
    assert rule in here["resourceRules"]
    assert rule not in elsewhere["resourceRules"]
    assert here["incomplete"] is False
    assert any("/healthz" in rule["nonResourceURLs"] for rule in here["nonResourceRules"])
