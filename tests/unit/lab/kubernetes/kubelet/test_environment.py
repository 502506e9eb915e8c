"""A container's variables, and the words that name them."""

import base64
from typing import Any

import pytest

from keyferry.lab.kubernetes.kubelet import environment
from keyferry.lab.kubernetes.kubelet.environment import Unresolved
from keyferry.lab.kubernetes.kubelet.references import Reference
from keyferry.lab.kubernetes.objects import Object

POD: Object = {"metadata": {"name": "app", "namespace": "shop"}, "spec": {}}
SECRET: Object = {"kind": "Secret", "data": {"password": base64.b64encode(b"s3cret").decode()}}
CONFIG: Object = {"kind": "ConfigMap", "data": {"mode": "fast"}}


def lookup(reference: Reference) -> Object | None:
    return {("secrets", "db"): SECRET, ("configmaps", "app"): CONFIG}.get((reference.kind, reference.name))


def from_(**source: Any) -> Object:
    return {"env": [{"name": "A", "valueFrom": source}]}


@pytest.mark.parametrize(
    ("container", "found"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"env": [{"name": "A", "value": "1"}, {"name": "B"}]}, {"A": "1", "B": ""}, id="literals"),
        pytest.param(
            {"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "$(A)$(C)$$(A)"}]},
            {"A": "1", "B": "1$(C)$(A)"},
            id="earlier-ones",
        ),
        pytest.param(from_(fieldRef={"fieldPath": "metadata.name"}), {"A": "app"}, id="field"),
        pytest.param(from_(secretKeyRef={"name": "db", "key": "password"}), {"A": "s3cret"}, id="secret"),
        pytest.param(from_(configMapKeyRef={"name": "app", "key": "mode"}), {"A": "fast"}, id="config-map"),
        pytest.param(from_(secretKeyRef={"name": "db", "key": "x", "optional": True}), {}, id="optional-key"),
        pytest.param(from_(secretKeyRef={"name": "no", "key": "x", "optional": True}), {}, id="optional-secret"),
        pytest.param(
            {"envFrom": [{"secretRef": {"name": "db"}, "prefix": "DB_"}, {"configMapRef": {"name": "app"}}]},
            {"DB_password": "s3cret", "mode": "fast"},
            id="all-keys",
        ),
        pytest.param({"envFrom": [{"secretRef": {"name": "no", "optional": True}}]}, {}, id="optional-source"),
    ],
)
def test_variables(container: Object, found: dict[str, str]) -> None:
    assert environment.variables(POD, container, lookup) == found


@pytest.mark.parametrize(
    ("container", "why"),
    [
        pytest.param(from_(secretKeyRef={"name": "no", "key": "x"}), 'secret "no" not found', id="secret"),
        pytest.param(
            from_(secretKeyRef={"name": "db", "key": "x"}), "couldn't find key x in Secret shop/db", id="secret-key"
        ),
        pytest.param(
            from_(configMapKeyRef={"name": "app", "key": "x"}),
            "couldn't find key x in ConfigMap shop/app",
            id="config-map-key",
        ),
        pytest.param({"envFrom": [{"configMapRef": {"name": "no"}}]}, 'configmap "no" not found', id="all-keys"),
        pytest.param(from_(fieldRef={"fieldPath": "x"}), "unsupported fieldPath: x", id="field"),
        pytest.param(from_(resourceFieldRef={}), "cannot fill the variable A from resourceFieldRef", id="resources"),
    ],
)
def test_what_is_missing_is_named(container: Object, why: str) -> None:
    with pytest.raises(Unresolved) as refusal:
        environment.variables(POD, container, lookup)
    assert why in str(refusal.value)
    assert "s3cret" not in str(refusal.value)


def test_command_and_arguments_may_name_variables() -> None:
    container = {"command": ["run", "$(A)"], "args": ["--x=$(A)", "$(B)"]}
    assert environment.arguments(container, {"A": "1"}) == ["run", "1", "--x=1", "$(B)"]
    assert environment.arguments({}, {}) == []
