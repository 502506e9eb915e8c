import pytest

from keyferry.lab.world.http import Request, Response
from tests.fakes.kubernetes_cluster import ISSUER, SECRETS, START, FakeCluster, converse, nobody, secret


def test_begins_with_namespaces_accounts_and_roles() -> None:
    cluster = FakeCluster()
    assert cluster.names("/api/v1/namespaces") == ["default", "kube-node-lease", "kube-public", "kube-system"]
    assert cluster.names("/api/v1/serviceaccounts") == ["default"] * 4
    assert "cluster-admin" in cluster.names("/apis/rbac.authorization.k8s.io/v1/clusterroles")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", "/apis/none.io/v1/things", 404, id="unknown-kind"),
        pytest.param("GET", f"{SECRETS}/a/status", 404, id="no-such-subresource"),
        pytest.param("GET", "/api/v1/secrets/a", 404, id="an-object-needs-its-namespace"),
        pytest.param("GET", "/api/v1/namespaces/default/namespaces/x", 404, id="cluster-kinds-have-no-namespace"),
        pytest.param("BREW", SECRETS, 405, id="unknown-method"),
        pytest.param("DELETE", "/api/v1/namespaces/default/status", 405, id="verb-of-a-subresource"),
        pytest.param("HEAD", SECRETS, 200, id="head"),
        pytest.param("POST", "/version", 403, id="documents-are-read-only"),
    ],
)
def test_paths_and_methods(method: str, path: str, status: int) -> None:
    cluster = FakeCluster()
    token = cluster.post("/api/v1/namespaces/default/serviceaccounts/default/token", {}).document["status"]["token"]
    wanted = cluster.send(method, path, token=token) if status == 403 else cluster.send(method, path)
    assert wanted.status == status


def test_refusals_are_status_documents() -> None:
    answer = FakeCluster().get(f"{SECRETS}/none")
    assert answer.document == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": 'secrets "none" not found',
        "reason": "NotFound",
        "details": {"name": "none", "kind": "secrets"},
        "code": 404,
    }


def test_the_issuers_documents_are_open_to_all() -> None:
    cluster = FakeCluster()
    request = Request(method="GET", host="issuer.example", path="/tenant/1/.well-known/openid-configuration")
    answer = converse(cluster.api.handle(request, START), nobody)
    assert isinstance(answer, Response)
    assert ISSUER.encode() in answer.body


def test_controllers_run_when_told() -> None:
    cluster = FakeCluster()
    request = Request(
        method="POST",
        path="/api/v1/namespaces",
        headers={"authorization": "Bearer admin"},
        body=b'{"metadata":{"name":"n"}}',
    )
    converse(cluster.api.handle(request, START), nobody)
    accounts = "/api/v1/namespaces/n/serviceaccounts"
    assert cluster.api.store.get(("", "serviceaccounts"), ("n", "default")) is None
    cluster.api.run_controllers(START)
    assert cluster.names(accounts) == ["default"]


def test_never_shows_a_value_in_a_refusal() -> None:
    answer = FakeCluster().post(SECRETS, secret("a", data={"k": "hunter2!"}))
    assert answer.status == 400
    assert "illegal base64 data at input byte 7" in answer.document["message"]
    assert "hunter2" not in str(answer.document)


@pytest.mark.parametrize(
    ("query", "agent", "indented"),
    [
        pytest.param("?pretty=true", "kubectl/v1.34", True, id="asked"),
        pytest.param("", "curl/8.5.0", True, id="by-hand"),
        pytest.param("?pretty=0", "curl/8.5.0", False, id="unasked-by-hand"),
        pytest.param("?pretty=nonsense", "curl/8.5.0", False, id="nonsense"),
        pytest.param("", "kubectl/v1.34", False, id="by-a-program"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/namespaces/default", "/api/v1/namespaces/none", "/version"])
def test_indents_for_readers(path: str, query: str, agent: str, indented: bool) -> None:
    answer = FakeCluster().open("GET", path + query, None, user_agent=agent)
    assert isinstance(answer, Response)
    assert answer.body.startswith(b'{\n  "') is indented


def test_a_kubelet_may_do_what_it_needs_and_nothing_else() -> None:
    cluster = FakeCluster()
    cluster.api.admit_node("node-1", "of-node-1")
    review = cluster.post("/apis/authentication.k8s.io/v1/tokenreviews", {"spec": {"token": "of-node-1"}}).document
    assert review["status"]["user"]["username"] == "system:node:node-1"
    node = {"metadata": {"name": "node-1"}, "status": {}}
    assert cluster.send("POST", "/api/v1/nodes", node, token="of-node-1").status == 201
    assert cluster.send("GET", "/api/v1/pods", token="of-node-1").status == 200
    assert cluster.send("POST", SECRETS, secret("a"), token="of-node-1").status == 403
    assert cluster.send("GET", "/api/v1/pods", token="of-node-2").status == 401
