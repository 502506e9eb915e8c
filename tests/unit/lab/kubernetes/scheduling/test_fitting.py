from typing import Any

import pytest

from keyferry.lab.kubernetes.scheduling import fitting

READY = {"conditions": [{"type": "Ready", "status": "True"}], "allocatable": {"pods": "2"}}


def _node(name: str, **spec: Any) -> Any:
    return {"metadata": {"name": name, "labels": {"name": name}}, "spec": spec, "status": READY}


POD: Any = {"spec": {}}
TAINTED = _node("a", taints=[{"key": "gpu", "effect": "NoSchedule"}])


@pytest.mark.parametrize(
    ("pod", "nodes", "pods_on", "expected"),
    [
        pytest.param(POD, [_node("a"), _node("b")], {}, fitting.Choice(node="a"), id="first-by-name"),
        pytest.param(POD, [_node("a"), _node("b")], {"a": 1}, fitting.Choice(node="b"), id="emptiest"),
        pytest.param(
            {"spec": {"nodeSelector": {"name": "b"}}},
            [_node("a"), _node("b")],
            {"b": 1},
            fitting.Choice(node="b"),
            id="selected",
        ),
        pytest.param(POD, [], {}, fitting.Choice(why="no nodes available to schedule pods"), id="no-nodes"),
        pytest.param(
            POD,
            [_node("a"), _node("b", unschedulable=True), _node("c")],
            {"a": 2, "c": 2},
            fitting.Choice(why="0/3 nodes are available: 1 node(s) were unschedulable, 2 Too many pods."),
            id="all-unfit",
        ),
        pytest.param(
            POD,
            [TAINTED],
            {},
            fitting.Choice(why="0/1 nodes are available: 1 node(s) had untolerated taint {gpu: }."),
            id="tainted",
        ),
        pytest.param(
            {"spec": {"tolerations": [{"operator": "Exists"}], "nodeSelector": {"name": "b"}}},
            [TAINTED],
            {},
            fitting.Choice(why="0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector."),
            id="tolerated-and-not-wanted",
        ),
    ],
)
def test_choices(pod: Any, nodes: Any, pods_on: Any, expected: fitting.Choice) -> None:
    assert fitting.choose(pod, nodes, pods_on) == expected


def test_a_node_that_names_no_limit_takes_any_number() -> None:
    node = _node("a") | {"status": {"conditions": READY["conditions"]}}
    assert fitting.choose(POD, [node], {"a": 1000}) == fitting.Choice(node="a")
