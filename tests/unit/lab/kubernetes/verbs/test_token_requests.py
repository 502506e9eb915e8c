from datetime import timedelta
from typing import Any

import pytest

from keyferry.lab.kubernetes.objects import Object
from tests.fakes.kubernetes_cluster import ISSUER, SECRETS, FakeCluster, secret

TOKENS = "/api/v1/namespaces/default/serviceaccounts/default/token"
PODS = "/api/v1/namespaces/default/pods"
POD: Any = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
REVIEW = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


def _request(**spec: Any) -> Object:
    return {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}


def test_signs_for_the_audience_and_lifetime_asked_for() -> None:
    cluster = FakeCluster()
    answer = cluster.post(TOKENS, _request(audiences=["vault"], expirationSeconds=1200))
    assert answer.status == 201
    assert answer.document["status"]["expirationTimestamp"] == "2026-03-01T12:20:00Z"
    verified = cluster.api.issuer.verify(answer.document["status"]["token"], audiences=["vault"], now=cluster.now)
    assert verified.account.username == "system:serviceaccount:default:default"
    assert verified.expires == cluster.now + timedelta(minutes=20)


def test_binds_to_a_living_object() -> None:
    cluster = FakeCluster()
    uid = cluster.post("/api/v1/namespaces/default/pods", POD).document["metadata"]["uid"]
    token = cluster.post(TOKENS, _request(boundObjectRef={"kind": "Pod", "name": "p"})).document["status"]["token"]
    bound = cluster.api.issuer.verify(token, audiences=[ISSUER], now=cluster.now).bound
    assert bound is not None
    assert (bound.kind, bound.uid) == ("Pod", uid)
    review = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
    extra = cluster.post(review, {}, token=token).document["status"]["userInfo"]["extra"]
    assert extra["authentication.kubernetes.io/pod-name"] == ["p"]
    cluster.delete("/api/v1/namespaces/default/pods/p")
    assert cluster.post(review, {}, token=token).status == 401


@pytest.mark.parametrize(
    ("body", "code", "complaint"),
    [
        pytest.param(_request(expirationSeconds=5), 422, "less than 10 minutes", id="too-short"),
        pytest.param(_request(boundObjectRef={"kind": "Cat", "name": "x"}), 422, "Unsupported value", id="kind"),
        pytest.param(_request(boundObjectRef={"kind": "Pod"}), 422, "boundObjectRef.name: Required", id="no-name"),
        pytest.param(_request(boundObjectRef={"kind": "Pod", "name": "x"}), 404, 'pods "x" not found', id="gone"),
        pytest.param(
            _request(boundObjectRef={"kind": "Secret", "name": "s", "uid": "x"}),
            409,
            "does not match the UID",
            id="uid",
        ),
        pytest.param(
            _request(boundObjectRef={"kind": "Pod", "name": "mates"}), 400, "different serviceaccount", id="account"
        ),
        pytest.param({"spec": {"audiences": 1}}, 400, "cannot unmarshal number", id="type"),
        pytest.param([], 400, "not a TokenRequest", id="list"),
        pytest.param({"kind": "Pod"}, 400, "not a TokenRequest", id="another-kind"),
    ],
)
def test_refuses(body: object, code: int, complaint: str) -> None:
    cluster = FakeCluster()
    cluster.post(SECRETS, secret("s"))
    cluster.post("/api/v1/namespaces/default/serviceaccounts", {"metadata": {"name": "mate"}})
    cluster.post(PODS, {"metadata": {"name": "mates"}, "spec": POD["spec"] | {"serviceAccountName": "mate"}})
    answer = cluster.post(TOKENS, body)
    assert answer.status == code
    assert complaint in answer.document["message"]


def test_needs_the_account_and_only_takes_post() -> None:
    cluster = FakeCluster()
    assert cluster.post(TOKENS.replace("default/token", "none/token"), _request()).status == 404
    assert cluster.get(TOKENS).status == 405


@pytest.mark.parametrize("known", [True, False])
def test_a_pods_token_names_its_node(known: bool) -> None:
    cluster = FakeCluster()
    node = {"metadata": {"name": "node-1"}}
    uid = cluster.post("/api/v1/nodes", node).document["metadata"]["uid"] if known else ""
    cluster.post(PODS, POD | {"spec": POD["spec"] | {"nodeName": "node-1"}})
    token = cluster.post(TOKENS, _request(boundObjectRef={"kind": "Pod", "name": "p"})).document["status"]["token"]
    extra = cluster.post(REVIEW, {}, token=token).document["status"]["userInfo"]["extra"]
    assert extra["authentication.kubernetes.io/node-name"] == ["node-1"]
    assert extra.get("authentication.kubernetes.io/node-uid", [""]) == [uid]


def test_binds_to_a_node() -> None:
    cluster = FakeCluster()
    cluster.post("/api/v1/nodes", {"metadata": {"name": "node-1"}})
    token = cluster.post(TOKENS, _request(boundObjectRef={"kind": "Node", "name": "node-1"})).document["status"][
        "token"
    ]
    extra = cluster.post(REVIEW, {}, token=token).document["status"]["userInfo"]["extra"]
    assert extra["authentication.kubernetes.io/node-name"] == ["node-1"]
    cluster.delete("/api/v1/nodes/node-1")
    assert cluster.post(REVIEW, {}, token=token).status == 401
