from typing import Literal

import pytest

from keyferry.lab.kubernetes.kubelet import references
from keyferry.lab.kubernetes.kubelet.references import Reference
from keyferry.lab.kubernetes.objects import Object


def of(kind: Literal["secrets", "configmaps"], name: str) -> Reference:
    return Reference(kind=kind, namespace="shop", name=name)


@pytest.mark.parametrize(
    ("volume", "found"),
    [
        pytest.param({"secret": {"secretName": "a"}}, {of("secrets", "a")}, id="secret"),
        pytest.param({"configMap": {"name": "a"}}, {of("configmaps", "a")}, id="config-map"),
        pytest.param({"emptyDir": {}}, set(), id="none"),
        pytest.param(
            {"projected": {"sources": [{"secret": {"name": "a"}}, {"configMap": {"name": "b"}}]}},
            {of("secrets", "a"), of("configmaps", "b")},
            id="projected",
        ),
    ],
)
def test_of_a_volume(volume: Object, found: set[Reference]) -> None:
    assert references.of_volume({"name": "v", **volume}, "shop") == found


def test_of_a_container() -> None:
    container = {
        "env": [
            {"name": "A", "value": "1"},
            {"name": "B", "valueFrom": {"secretKeyRef": {"name": "a", "key": "k"}}},
            {"name": "C", "valueFrom": {"configMapKeyRef": {"name": "b", "key": "k"}}},
        ],
        "envFrom": [{"secretRef": {"name": "c"}}, {"configMapRef": {"name": "d"}}],
    }
    assert references.of_container(container, "shop") == {
        of("secrets", "a"),
        of("configmaps", "b"),
        of("secrets", "c"),
        of("configmaps", "d"),
    }
