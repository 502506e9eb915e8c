from typing import Any

import pytest

from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.tables import builtin
from tests.fakes.kubernetes_cluster import START

BINDING: Object = {
    "roleRef": {"kind": "Role", "name": "r"},
    "subjects": [
        {"kind": "User", "name": "u"},
        {"kind": "Group", "name": "g"},
        {"kind": "ServiceAccount", "namespace": "n", "name": "a"},
    ],
}
SERVICE: Object = {"spec": {"type": "ClusterIP", "ports": [{"port": 80}], "selector": {"app": "web"}}}


@pytest.mark.parametrize(
    ("group", "plural", "document", "expected"),
    [
        pytest.param("", "namespaces", {"status": {"phase": "Active"}}, ["Active", "<unknown>"], id="namespace"),
        pytest.param("", "configmaps", {"data": {"a": ""}, "binaryData": {"b": ""}}, [2, "<unknown>"], id="configmap"),
        pytest.param(
            "rbac.authorization.k8s.io", "rolebindings", BINDING, ["Role/r", "<unknown>", "u", "g", "n/a"], id="rb"
        ),
        pytest.param(
            "", "services", SERVICE, ["ClusterIP", "<none>", "<none>", "80/TCP", "<unknown>", "app=web"], id="svc"
        ),
        pytest.param("", "services", {}, ["", "<none>", "<none>", "<none>", "<unknown>", "<none>"], id="empty-service"),
        pytest.param("x.io", "unknowns", {}, ["<unknown>"], id="anything-else-has-an-age"),
    ],
)
def test_cells(group: str, plural: str, document: Object, expected: list[Any]) -> None:
    assert builtin.cells(group, plural, {"metadata": {}, **document}, START) == expected
    assert len(builtin.columns(group, plural)) == len(expected)
