from typing import Any

import pytest

from keyferry.lab.kubernetes.verbs.pod_accounts import MOUNT_PATH
from tests.fakes.kubernetes_cluster import FakeCluster

SPACE = "/api/v1/namespaces/default"


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster()
    for account in (
        {"metadata": {"name": "mate"}, "imagePullSecrets": [{"name": "registry"}]},
        {"metadata": {"name": "shy"}, "automountServiceAccountToken": False},
    ):
        assert cluster.post(f"{SPACE}/serviceaccounts", account).status == 201
    return cluster


def _make(cluster: FakeCluster, *, mounts: Any = None, **spec: Any) -> Any:
    containers = [{"name": "c", "image": "i", "volumeMounts": mounts}]
    answer = cluster.post(f"{SPACE}/pods", {"metadata": {"name": "p"}, "spec": {"containers": containers, **spec}})
    assert answer.status == 201, answer.document
    return answer.document["spec"]


def test_a_pod_gets_a_token_the_cas_certificate_and_its_namespace(cluster: FakeCluster) -> None:
    spec = _make(cluster, initContainers=[{"name": "i", "image": "i"}])
    (volume,) = spec["volumes"]
    assert volume["name"].startswith("kube-api-access-")
    token, ca, namespace = volume["projected"]["sources"]
    assert token["serviceAccountToken"] == {"expirationSeconds": 3607, "path": "token"}
    assert ca["configMap"]["name"] == "kube-root-ca.crt"
    assert namespace["downwardAPI"]["items"][0]["path"] == "namespace"
    mount = {"name": volume["name"], "readOnly": True, "mountPath": MOUNT_PATH}
    assert [one["volumeMounts"] for one in (*spec["containers"], *spec["initContainers"])] == [[mount]] * 2
    assert spec["serviceAccountName"] == "default"


@pytest.mark.parametrize(
    ("spec", "mounted"),
    [
        pytest.param({"automountServiceAccountToken": False}, False, id="pod-does-not-want-it"),
        pytest.param({"serviceAccountName": "shy"}, False, id="account-does-not-give-it"),
        pytest.param({"serviceAccountName": "shy", "automountServiceAccountToken": True}, True, id="pod-wants-it"),
        pytest.param({"serviceAccount": "shy"}, False, id="old-name"),
    ],
)
def test_pods_and_accounts_say_whether(cluster: FakeCluster, spec: Any, mounted: bool) -> None:
    assert ("volumes" in _make(cluster, **spec)) is mounted


def test_a_mount_of_ones_own_stays(cluster: FakeCluster) -> None:
    own = {"name": "mine", "mountPath": MOUNT_PATH}
    spec = _make(cluster, mounts=[own], volumes=[{"name": "mine"}])
    assert [volume["name"] for volume in spec["volumes"]] == ["mine"]
    assert spec["containers"][0]["volumeMounts"] == [own]


def test_images_are_fetched_with_the_accounts_secrets(cluster: FakeCluster) -> None:
    assert _make(cluster, serviceAccountName="mate")["imagePullSecrets"] == [{"name": "registry"}]


def test_or_with_the_pods_own(cluster: FakeCluster) -> None:
    own = [{"name": "own"}]
    assert _make(cluster, serviceAccountName="mate", imagePullSecrets=own)["imagePullSecrets"] == own


def test_refuses_an_account_that_does_not_exist(cluster: FakeCluster) -> None:
    spec = {"containers": [{"name": "c", "image": "i"}], "serviceAccountName": "none"}
    answer = cluster.post(f"{SPACE}/pods", {"metadata": {"name": "p"}, "spec": spec})
    assert answer.status == 403
    assert 'serviceaccount "none" not found' in answer.document["message"]
