from typing import Any

import pytest

from tests.fakes.kubernetes_cluster import ADMIN_TOKEN, ISSUER, FakeCluster

AUTHENTICATION, AUTHORIZATION = "/apis/authentication.k8s.io/v1", "/apis/authorization.k8s.io/v1"
GET_SECRETS = {"verb": "get", "resource": "secrets", "namespace": "default"}


def _status(cluster: FakeCluster, path: str, **spec: Any) -> Any:
    answer = cluster.post(path, {"spec": spec})
    assert answer.status == 201, answer.document
    return answer.document["status"]


def test_says_who_asks() -> None:
    info = _status(FakeCluster(), f"{AUTHENTICATION}/selfsubjectreviews")["userInfo"]
    assert info == {"username": "kubernetes-admin", "groups": ["system:masters", "system:authenticated"]}


def test_reviews_tokens() -> None:
    cluster = FakeCluster()
    token = cluster.post("/api/v1/namespaces/default/serviceaccounts/default/token", {}).document["status"]["token"]
    path = f"{AUTHENTICATION}/tokenreviews"
    good = _status(cluster, path, token=token)
    assert (good["authenticated"], good["audiences"]) == (True, [ISSUER])
    assert good["user"]["username"] == "system:serviceaccount:default:default"
    assert good["user"]["uid"]
    assert _status(cluster, path, token=ADMIN_TOKEN)["authenticated"]
    bad = _status(cluster, path, token="nonsense")
    assert "authenticated" not in bad
    assert "invalid bearer token" in bad["error"]


@pytest.mark.parametrize(
    ("kind", "spec", "allowed"),
    [
        pytest.param("selfsubjectaccessreviews", {"resourceAttributes": GET_SECRETS}, True, id="self"),
        pytest.param("subjectaccessreviews", {"user": "u", "resourceAttributes": GET_SECRETS}, False, id="somebody"),
        pytest.param(
            "subjectaccessreviews",
            {"groups": ["system:masters"], "resourceAttributes": GET_SECRETS},
            True,
            id="group",
        ),
        pytest.param(
            "subjectaccessreviews",
            {"groups": ["system:unauthenticated"], "nonResourceAttributes": {"verb": "get", "path": "/version"}},
            True,
            id="path",
        ),
    ],
)
def test_reviews_access(kind: str, spec: Any, allowed: bool) -> None:
    assert _status(FakeCluster(), f"{AUTHORIZATION}/{kind}", **spec)["allowed"] is allowed


def test_lists_an_administrators_rules() -> None:
    assert not _status(FakeCluster(), f"{AUTHORIZATION}/selfsubjectrulesreviews", namespace="default")["incomplete"]


@pytest.mark.parametrize(
    ("path", "spec", "complaint"),
    [
        pytest.param(f"{AUTHENTICATION}/tokenreviews", {}, "spec.token: Required value", id="no-token"),
        pytest.param(f"{AUTHORIZATION}/subjectaccessreviews", {}, "at least one of user or group", id="nobody"),
        pytest.param(f"{AUTHORIZATION}/selfsubjectaccessreviews", {}, "exactly one of", id="nothing-asked"),
    ],
)
def test_refuses(path: str, spec: Any, complaint: str) -> None:
    answer = FakeCluster().post(path, {"spec": spec})
    assert answer.status == 422
    assert complaint in answer.document["message"]


@pytest.mark.parametrize(
    ("namespace", "code"), [pytest.param("default", 201, id="here"), pytest.param("app", 400, id="elsewhere")]
)
def test_reviews_access_in_one_namespace(namespace: str, code: int) -> None:
    asked = {"groups": ["system:masters"], "resourceAttributes": GET_SECRETS | {"namespace": namespace}}
    answer = FakeCluster().post(f"{AUTHORIZATION}/namespaces/default/localsubjectaccessreviews", {"spec": asked})
    assert answer.status == code
    told = answer.document["message"] if code == 400 else answer.document["status"]["allowed"]
    assert told in (True, "spec.resourceAttributes.namespace must match namespace: default")


def test_refuses_to_list_rules_of_no_namespace() -> None:
    answer = FakeCluster().post(f"{AUTHORIZATION}/selfsubjectrulesreviews", {"spec": {}})
    assert (answer.status, answer.document["message"]) == (400, "no namespace on request")


def test_reviews_are_not_kept() -> None:
    assert FakeCluster().get(f"{AUTHENTICATION}/tokenreviews").status == 405
