from typing import Any

import pytest

from tests.fakes.kubernetes_cluster import SECRETS, FakeCluster, secret
from tests.fakes.webhooks import VALIDATING, Programs, allow, configuration, hook


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


def _programs(cluster: FakeCluster, **fields: Any) -> Programs:
    programs = Programs(cluster)
    programs.on("one", allow)
    assert cluster.post(VALIDATING, configuration("guards", hook("one", **fields))).status == 201
    return programs


def test_it_tells_what_is_done_by_whom_and_how(cluster: FakeCluster) -> None:
    programs = _programs(cluster)
    cluster.post(f"{SECRETS}?fieldManager=me&fieldValidation=Strict", secret("new"))
    request = programs.last
    assert programs.reviews[0]["apiVersion"] == "admission.k8s.io/v1"
    assert request["kind"] == request["requestKind"] == {"group": "", "version": "v1", "kind": "Secret"}
    assert request["resource"] == request["requestResource"] == {"group": "", "version": "v1", "resource": "secrets"}
    assert (request["name"], request["namespace"], request["operation"]) == ("new", "default", "CREATE")
    assert request["userInfo"] == {
        "username": "kubernetes-admin",
        "groups": ["system:masters", "system:authenticated"],
    }
    assert request["dryRun"] is False
    assert request["options"] == {
        "kind": "CreateOptions",
        "apiVersion": "meta.k8s.io/v1",
        "fieldManager": "me",
        "fieldValidation": "Strict",
    }
    assert "subResource" not in request


def test_a_service_account_is_told_with_its_uid_and_token(cluster: FakeCluster) -> None:
    programs = _programs(cluster)
    space = "/api/v1/namespaces/default"
    token = cluster.post(f"{space}/serviceaccounts/default/token", {"spec": {}}).document["status"]["token"]
    rules = [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["create"]}]
    access = "/apis/rbac.authorization.k8s.io/v1/namespaces/default"
    cluster.post(f"{access}/roles", {"metadata": {"name": "writer"}, "rules": rules})
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "writer"}
    subject = {"kind": "ServiceAccount", "name": "default", "namespace": "default"}
    binding = {"metadata": {"name": "writer"}, "roleRef": reference, "subjects": [subject]}
    cluster.post(f"{access}/rolebindings", binding)
    assert cluster.send("POST", SECRETS, secret("new"), token=token).status == 201
    user = programs.last["userInfo"]
    assert user["username"] == "system:serviceaccount:default:default"
    assert user["uid"].startswith("uid-")
    assert "authentication.kubernetes.io/credential-id" in user["extra"]


def test_an_older_webhook_is_sent_the_older_version(cluster: FakeCluster) -> None:
    programs = _programs(cluster, admissionReviewVersions=["v1beta1"])
    assert cluster.post(SECRETS, secret("new")).status == 201
    assert programs.reviews[0]["apiVersion"] == "admission.k8s.io/v1beta1"


def test_a_write_that_is_only_tried_says_so(cluster: FakeCluster) -> None:
    programs = _programs(cluster)
    cluster.post(f"{SECRETS}?dryRun=All", secret("new"))
    assert (programs.last["dryRun"], programs.last["options"]["dryRun"]) == (True, ["All"])
    assert cluster.names(SECRETS) == []
