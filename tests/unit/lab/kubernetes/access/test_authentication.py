import pytest

from tests.fakes.kubernetes_cluster import SECRETS, FakeCluster, secret

ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts"
REVIEW = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


def _token(cluster: FakeCluster, account: str = "default", **spec: object) -> str:
    answer = cluster.post(f"{ACCOUNTS}/{account}/token", {"spec": spec})
    return str(answer.document["status"]["token"])


def test_knows_service_accounts_by_their_tokens() -> None:
    cluster = FakeCluster()
    info = cluster.post(REVIEW, {}, token=_token(cluster)).document["status"]["userInfo"]
    assert info["username"] == "system:serviceaccount:default:default"
    assert "system:serviceaccounts:default" in info["groups"]
    assert info["extra"].keys() == {"authentication.kubernetes.io/credential-id"}


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("Bearer nonsense", id="nonsense"),
        pytest.param("Basic YTpi", id="another-scheme"),
        pytest.param("Bearer", id="empty"),
        pytest.param("Bearer ä", id="not-ascii"),
    ],
)
def test_refuses_other_credentials_even_where_nobody_needs_any(header: str) -> None:
    answer = FakeCluster().get("/version", token="", authorization=header)
    assert (answer.status, answer.document["reason"]) == (401, "Unauthorized")


def test_a_token_ends_with_its_time() -> None:
    cluster = FakeCluster()
    token = _token(cluster, expirationSeconds=600)
    cluster.advance(minutes=12)
    assert cluster.post(REVIEW, {}, token=token).status == 401


def test_a_token_of_another_audience_is_refused() -> None:
    cluster = FakeCluster()
    assert cluster.post(REVIEW, {}, token=_token(cluster, audiences=["vault"])).status == 401


def test_a_token_dies_with_its_account() -> None:
    cluster = FakeCluster()
    cluster.post(ACCOUNTS, {"metadata": {"name": "mate"}})
    token = _token(cluster, "mate")
    cluster.delete(f"{ACCOUNTS}/mate")
    cluster.post(ACCOUNTS, {"metadata": {"name": "mate"}})
    assert cluster.post(REVIEW, {}, token=token).status == 401


def test_a_token_dies_with_the_secret_it_is_bound_to() -> None:
    cluster = FakeCluster()
    cluster.post(SECRETS, secret("s"))
    token = _token(cluster, boundObjectRef={"kind": "Secret", "name": "s"})
    assert cluster.post(REVIEW, {}, token=token).status == 201
    cluster.delete(f"{SECRETS}/s")
    assert cluster.post(REVIEW, {}, token=token).status == 401


def test_a_pods_token_outlives_the_pods_last_instant_by_a_minute() -> None:
    cluster = FakeCluster()
    cluster.post("/api/v1/nodes", {"metadata": {"name": "node-1"}})
    spec = {"containers": [{"name": "c", "image": "i"}], "nodeName": "node-1"}
    cluster.post("/api/v1/namespaces/default/pods", {"metadata": {"name": "p"}, "spec": spec})
    token = _token(cluster, boundObjectRef={"kind": "Pod", "name": "p"})
    cluster.delete("/api/v1/namespaces/default/pods/p")
    cluster.advance(seconds=90)
    assert cluster.post(REVIEW, {}, token=token).status == 201
    cluster.advance(seconds=1)
    assert cluster.post(REVIEW, {}, token=token).status == 401
