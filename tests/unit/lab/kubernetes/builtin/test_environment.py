from typing import Any

import pytest

from tests.fakes.kubernetes_cluster import FakeCluster

PODS = "/api/v1/namespaces/default/pods"
GOOD = [
    {"name": "A", "value": "1"},
    {"name": "b.c-d", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
    {"name": "C", "valueFrom": {"configMapKeyRef": {"name": "m", "key": "k"}}},
    {"name": "D", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
    {"name": "E", "valueFrom": {"fieldRef": {"fieldPath": "metadata.annotations['a']"}}},
    {"name": "F", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
]


def _post(**container: Any) -> Any:
    body = {"name": "c", "image": "i", **container}
    return FakeCluster().post(PODS, {"metadata": {"name": "p"}, "spec": {"containers": [body]}})


def test_takes_every_kind_of_variable() -> None:
    sources = [{"secretRef": {"name": "s"}}, {"configMapRef": {"name": "m"}, "prefix": "M_"}]
    answer = _post(env=GOOD, envFrom=sources)
    assert answer.status == 201, answer.document


@pytest.mark.parametrize(
    ("variable", "complaint"),
    [
        pytest.param({"name": ""}, "env[0].name: Required value", id="name"),
        pytest.param({"name": "A=B"}, "must not contain '='", id="sign"),
        pytest.param({"name": "A", "valueFrom": {}}, "must specify one of", id="no-source"),
        pytest.param(
            {"name": "A", "value": "1", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            "may not be specified when `value` is not empty",
            id="both",
        ),
        pytest.param(
            {
                "name": "A",
                "valueFrom": {
                    "secretKeyRef": {"name": "s", "key": "k"},
                    "fieldRef": {"fieldPath": "metadata.name"},
                },
            },
            "more than one field",
            id="two",
        ),
        pytest.param({"name": "A", "valueFrom": {"secretKeyRef": {"key": "k"}}}, "name: Required value", id="secret"),
        pytest.param({"name": "A", "valueFrom": {"fieldRef": {"fieldPath": ""}}}, "fieldPath: Required", id="field"),
        pytest.param({"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "spec.x"}}}, "not supported", id="unknown"),
    ],
)
def test_refuses_variables(variable: Any, complaint: str) -> None:
    answer = _post(env=[variable])
    assert answer.status == 422
    assert complaint in answer.document["message"]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        pytest.param({}, "must specify one source", id="none"),
        pytest.param({"secretRef": {"name": "s"}, "configMapRef": {"name": "m"}}, "more than one field", id="two"),
        pytest.param({"secretRef": {}}, "envFrom[0].secretRef.name: Required value", id="name"),
    ],
)
def test_refuses_sources(source: Any, complaint: str) -> None:
    answer = _post(envFrom=[source])
    assert answer.status == 422
    assert complaint in answer.document["message"]
