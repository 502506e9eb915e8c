from typing import Any

import pytest

from keyferry.lab.kubernetes.builtin import volumes
from tests.fakes.kubernetes_cluster import FakeCluster

PODS = "/api/v1/namespaces/default/pods"
TOKEN = {"path": "token", "audience": "api://AzureADTokenExchange"}
GOOD = [
    {"name": "nothing"},
    {"name": "secret", "secret": {"secretName": "s", "items": [{"key": "k", "path": "a/b", "mode": 256}]}},
    {"name": "map", "configMap": {"name": "m"}},
    {"name": "csi", "csi": {"driver": "secrets-store.csi.k8s.io", "nodePublishSecretRef": {"name": "s"}}},
    {
        "name": "projected",
        "projected": {
            "sources": [
                {"serviceAccountToken": TOKEN},
                {"secret": {"name": "s"}},
                {"configMap": {"name": "m", "items": [{"key": "k", "path": "k"}]}},
                {"downwardAPI": {"items": [{"path": "ns", "fieldRef": {"fieldPath": "metadata.namespace"}}]}},
                {"clusterTrustBundle": {"path": "ca"}},
            ]
        },
    },
    {
        "name": "down",
        "downwardAPI": {
            "items": [
                {"path": "a", "fieldRef": {"fieldPath": "metadata.labels['app']"}},
                {"path": "b", "resourceFieldRef": {"resource": "limits.cpu"}},
            ]
        },
    },
    {"name": "host", "hostPath": {"path": "/var"}},
]


def _post(cluster: FakeCluster, *found: Any, mounts: Any = ()) -> Any:
    container = {"name": "c", "image": "i", "volumeMounts": list(mounts)}
    return cluster.post(PODS, {"metadata": {"name": "p"}, "spec": {"containers": [container], "volumes": list(found)}})


def test_takes_all_that_pods_mount_and_fills_in_the_rest() -> None:
    answer = _post(FakeCluster(), *GOOD, mounts=[{"name": "csi", "mountPath": "/mnt"}])
    assert answer.status == 201, answer.document
    found = {one["name"]: one for one in answer.document["spec"]["volumes"]}
    assert found["nothing"] == {"name": "nothing", "emptyDir": {}}
    assert [found[name][kind]["defaultMode"] for name, kind in (("secret", "secret"), ("map", "configMap"))] == [
        420
    ] * 2
    assert found["projected"]["projected"]["sources"][0]["serviceAccountToken"]["expirationSeconds"] == 3600


@pytest.mark.parametrize(
    ("volume", "complaint"),
    [
        pytest.param({"emptyDir": {}}, "name: Required value", id="name"),
        pytest.param({"name": "A"}, 'name: Invalid value: "A"', id="bad-name"),
        pytest.param({"name": "a", "emptyDir": {}, "hostPath": {"path": "/"}}, "more than 1 volume type", id="two"),
        pytest.param({"name": "a", "secret": {}}, "secret.secretName: Required value", id="secret"),
        pytest.param({"name": "a", "configMap": {}}, "configMap.name: Required value", id="map"),
        pytest.param({"name": "a", "secret": {"secretName": "s", "defaultMode": 512}}, "between 0 and 0777", id="mode"),
        pytest.param(
            {"name": "a", "secret": {"secretName": "s", "items": [{"key": "", "path": ""}]}},
            "secret.items[0].key: Required value",
            id="key",
        ),
        pytest.param({"name": "a", "csi": {"driver": ""}}, "csi.driver: Required value", id="driver"),
        pytest.param({"name": "a", "csi": {"driver": "a_b"}}, "csi.driver: Invalid value", id="driver-name"),
        pytest.param(
            {"name": "a", "csi": {"driver": "d", "nodePublishSecretRef": {}}},
            "csi.nodePublishSecretRef.name: Required value",
            id="csi-secret",
        ),
    ],
)
def test_refuses_volumes(volume: Any, complaint: str) -> None:
    answer = _post(FakeCluster(), volume)
    assert answer.status == 422
    assert complaint in answer.document["message"]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        pytest.param({}, "must specify one source", id="none"),
        pytest.param({"secret": {"name": "s"}, "configMap": {"name": "m"}}, "more than 1 volume type", id="two"),
        pytest.param({"secret": {}}, "secret.name: Required value", id="secret"),
        pytest.param({"serviceAccountToken": TOKEN | {"expirationSeconds": 599}}, "less than 10 minutes", id="short"),
        pytest.param({"serviceAccountToken": TOKEN | {"path": "/etc"}}, "must be a relative path", id="absolute"),
        pytest.param({"serviceAccountToken": TOKEN | {"path": "a/../b"}}, "must not contain '..'", id="outwards"),
        pytest.param({"serviceAccountToken": TOKEN | {"path": "..data"}}, "must not start with '..'", id="dots"),
        pytest.param({"downwardAPI": {"items": [{"path": "a"}]}}, "one of fieldRef and resourceFieldRef", id="field"),
        pytest.param(
            {"downwardAPI": {"items": [{"path": "a", "fieldRef": {"fieldPath": "spec.nodeName"}}]}},
            "field label not supported",
            id="unknown-field",
        ),
        pytest.param({"secret": {"name": "s", "items": [{"key": "k", "path": "k"}]}}, "duplicate paths", id="twice"),
    ],
)
def test_refuses_projections(source: Any, complaint: str) -> None:
    first = {"configMap": {"name": "m", "items": [{"key": "k", "path": "k"}]}}
    answer = _post(FakeCluster(), {"name": "a", "projected": {"sources": [first, source]}})
    assert answer.status == 422
    assert complaint in answer.document["message"]


@pytest.mark.parametrize(
    ("mounts", "complaint"),
    [
        pytest.param([{"name": "b", "mountPath": "/b"}], 'volumeMounts[0].name: Not found: "b"', id="no-volume"),
        pytest.param([{"name": "a", "mountPath": ""}], "mountPath: Required value", id="no-path"),
        pytest.param([{"name": "a", "mountPath": "/a"}] * 2, "must be unique", id="twice"),
    ],
)
def test_refuses_mounts(mounts: Any, complaint: str) -> None:
    answer = _post(FakeCluster(), {"name": "a"}, mounts=mounts)
    assert answer.status == 422
    assert complaint in answer.document["message"]


def test_refuses_two_volumes_of_one_name() -> None:
    assert "volumes[1].name: Duplicate value" in _post(FakeCluster(), {"name": "a"}, {"name": "a"}).document["message"]


def test_defaults_nothing_of_what_is_no_object() -> None:
    spec: Any = {"volumes": [{"name": "a", "secret": 1, "projected": {"sources": [{"serviceAccountToken": 1}]}}]}
    volumes.default(spec)
    assert spec["volumes"][0]["secret"] == 1
