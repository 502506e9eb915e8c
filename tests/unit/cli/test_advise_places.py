"""keyferry.cli.advise_places"""

from typing import Any

import pytest

from keyferry.cli.advise_places import Taken, places

ENV = {"name": "A", "valueFrom": {"secretKeyRef": {"name": "db", "key": "a"}}}
APP = {"name": "app", "image": "app"}


def pod(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "shop"}, "spec": spec}


def deployment(annotations: dict[str, str] | None = None, kind: str = "Deployment") -> dict[str, Any]:
    template = {"spec": {"containers": [APP | {"env": [ENV], "envFrom": [{"secretRef": {"name": "all"}}]}]}}
    metadata = {"name": "shop", "annotations": annotations or {}}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": {"template": template}}


def volume(**fields: Any) -> dict[str, Any]:
    return pod(containers=[APP], volumes=[{"name": "v", **fields}])


CSI = {"driver": "secrets-store.csi.k8s.io", "volumeAttributes": {"secretProviderClass": "kv"}}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(
            pod(containers=[APP | {"env": [{"name": "B", "value": "b"}, ENV]}]),
            [("spec.containers[0].env[1]", Taken.VARIABLE, "db")],
            id="a-variable",
        ),
        pytest.param(
            pod(containers=[APP | {"env": [ENV, ENV | {"name": "B"}]}]),
            [("spec.containers[0].env[0]", Taken.VARIABLE, "db")],
            id="variables-of-one-secret-are-one-place",
        ),
        pytest.param(
            pod(initContainers=[APP | {"envFrom": [{"configMapRef": {"name": "c"}}, {"secretRef": {"name": "db"}}]}]),
            [("spec.initContainers[0].envFrom[1]", Taken.ENVIRONMENT, "db")],
            id="a-whole-secret",
        ),
        pytest.param(
            volume(secret={"secretName": "db"}), [("spec.volumes[0].secret", Taken.VOLUME, "db")], id="a-volume"
        ),
        pytest.param(
            volume(projected={"sources": [{"serviceAccountToken": {"path": "t"}}, {"secret": {"name": "db"}}]}),
            [("spec.volumes[0].projected.sources[1].secret", Taken.PROJECTED, "db")],
            id="a-projected-volume",
        ),
        pytest.param(volume(csi=CSI), [("spec.volumes[0].csi", Taken.CSI, "kv")], id="a-csi-volume"),
        pytest.param(volume(csi={"driver": "disk.csi.azure.com"}), [], id="a-disk"),
        pytest.param(volume(emptyDir={}), [], id="a-folder"),
        pytest.param(
            pod(containers=[APP], imagePullSecrets=[{"name": "acr"}]),
            [("spec.imagePullSecrets[0]", Taken.PULL, "acr")],
            id="a-pull-secret",
        ),
        pytest.param(
            {"apiVersion": "v1", "kind": "ServiceAccount", "imagePullSecrets": [{"name": "acr"}]},
            [("imagePullSecrets[0]", Taken.PULL, "acr")],
            id="a-service-accounts-pull-secret",
        ),
        pytest.param(
            {"kind": "Ingress", "spec": {"tls": [{"hosts": ["a"]}, {"secretName": "tls"}]}},
            [("spec.tls[1].secretName", Taken.TLS, "tls")],
            id="an-ingress",
        ),
        pytest.param(
            {
                "kind": "Gateway",
                "spec": {
                    "listeners": [
                        {"port": 80},
                        {"tls": {"certificateRefs": [{"kind": "Other", "name": "x"}, {"name": "tls"}]}},
                    ]
                },
            },
            [("spec.listeners[1].tls.certificateRefs[1]", Taken.TLS, "tls")],
            id="a-gateway",
        ),
        pytest.param({"kind": "ConfigMap", "data": {"a": "b"}}, [], id="no-workload"),
        pytest.param(pod(containers="app", volumes=[1], imagePullSecrets={}), [], id="no-shape"),
    ],
)
def test_finds_what_takes_a_secret(document: dict[str, Any], expected: list[tuple[str, Taken, str]]) -> None:
    assert [(place.path, place.taken, place.source) for place in places(document)] == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(deployment(), "Deployment", id="nobody-asks"),
        pytest.param(deployment({"keyferry.io/restart-on-change": "true"}), "", id="keyferrys"),
        pytest.param(deployment({"secret.reloader.stakater.com/reload": "db"}), "", id="reloaders"),
        pytest.param(deployment(kind="StatefulSet"), "StatefulSet", id="a-stateful-set"),
        pytest.param(deployment(kind="Job"), "", id="what-never-rolls"),
    ],
)
def test_tells_what_a_change_could_restart(document: dict[str, Any], expected: str) -> None:
    found = list(places(document))
    assert [place.restarts for place in found] == [expected, expected]


def test_says_what_is_taken() -> None:
    (variables, whole) = places(deployment())
    assert variables.what == 'container "app" takes "A" out of Secret "db"'
    assert whole.what == 'container "app" takes all of Secret "all" into its environment'
