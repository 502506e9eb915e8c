"""Which plugins a node takes, and what its CSINode says of them."""

from typing import Any

import pytest

from keyferry.lab.kubernetes.kubelet import registration
from keyferry.lab.kubernetes.kubelet.registration import Plugin


def plugin(**changes: Any) -> Plugin:
    return Plugin(**{"type": "CSIPlugin", "name": "d", "endpoint": "/csi.sock", "versions": ("1.0.0",), **changes})


@pytest.mark.parametrize(("name", "watched"), [("d-reg.sock", True), (".hidden", False)])
def test_hidden_files_are_not_looked_at(name: str, watched: bool) -> None:
    assert registration.is_watched(name) is watched


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({}, "", id="good"),
        pytest.param({"versions": ("v1.0", "9.9")}, "", id="one-version-is-enough"),
        pytest.param({"type": "DRAPlugin"}, "no handler registered for plugin type: DRAPlugin", id="type"),
        pytest.param({"name": ""}, "the plugin has no name", id="name"),
        pytest.param({"versions": ()}, "supports no version", id="no-version"),
        pytest.param({"versions": ("2.0.0",)}, "supports no version", id="too-new"),
        pytest.param({"versions": ("1.x",)}, "supports no version", id="no-number"),
        pytest.param({"name": "there"}, "another driver with the name there", id="twice"),
    ],
)
def test_a_plugin_is_taken_or_told_why_not(changes: dict[str, Any], said: str) -> None:
    found = registration.problem(plugin(**changes), {"there"})
    assert said in found
    assert bool(found) is bool(said)


def test_a_csi_node_goes_with_its_node() -> None:
    made = registration.csi_node({"metadata": {"name": "node-1", "uid": "u"}})
    assert made["metadata"]["ownerReferences"] == [{"apiVersion": "v1", "kind": "Node", "name": "node-1", "uid": "u"}]
    assert made["spec"] == {"drivers": []}


def test_drivers_come_and_go() -> None:
    empty = registration.csi_node({"metadata": {"name": "node-1", "uid": "u"}})
    one = registration.with_driver(empty, "a", "id", 0)
    assert one["spec"]["drivers"] == [{"name": "a", "nodeID": "id", "topologyKeys": None}]
    two = registration.with_driver(one, "b", "id", 5, ("zone",))
    assert two["spec"]["drivers"][1] == {
        "name": "b",
        "nodeID": "id",
        "topologyKeys": ["zone"],
        "allocatable": {"count": 5},
    }
    assert registration.without_driver(two, "b") == one
    assert registration.without_driver({"metadata": {}}, "b")["spec"] == {"drivers": []}
