from typing import Any

import pytest

from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.tables import nodes
from keyferry.lab.kubernetes.tables.cells import Printer
from tests.fakes.kubernetes_cluster import START

NODE: Object = {
    "metadata": {"labels": {"node-role.kubernetes.io/worker": "", "kubernetes.io/role": "agent"}},
    "spec": {"unschedulable": True},
    "status": {
        "conditions": [{"type": "Ready", "status": "True"}],
        "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}],
        "nodeInfo": {"kubeletVersion": "v1.34.0", "osImage": "Linux"},
    },
}
READY = ["Ready,SchedulingDisabled", "agent,worker", "<unknown>", "v1.34.0", "10.0.0.1", "<none>", "Linux"]
DRIVER: Object = {
    "spec": {
        "attachRequired": False,
        "podInfoOnMount": True,
        "tokenRequests": [{"audience": "a"}, {"audience": ""}],
        "volumeLifecycleModes": ["Ephemeral"],
    }
}


@pytest.mark.parametrize(
    ("printer", "document", "expected"),
    [
        pytest.param(nodes.NODES, NODE, [*READY, "<unknown>", "<unknown>"], id="node"),
        pytest.param(
            nodes.NODES,
            {"status": {"conditions": [{"type": "Ready", "status": "False"}]}},
            ["NotReady", "<none>", "<unknown>", "", "<none>", "<none>", *["<unknown>"] * 3],
            id="not-ready",
        ),
        pytest.param(nodes.CSI_NODES, {"spec": {"drivers": [{}]}}, [1, "<unknown>"], id="csi-node"),
        pytest.param(
            nodes.CSI_DRIVERS,
            DRIVER,
            ["false", "true", "false", "a,", "false", "Ephemeral", "<unknown>"],
            id="driver",
        ),
        pytest.param(
            nodes.CSI_DRIVERS,
            {},
            ["false", "false", "false", "<unset>", "false", "<none>", "<unknown>"],
            id="empty-driver",
        ),
    ],
)
def test_cells(printer: Printer, document: Object, expected: list[Any]) -> None:
    whole = {"metadata": {}, **document}
    assert [cell(whole, START) for cell in printer.cells] == expected


def test_a_node_that_has_not_reported_is_unknown() -> None:
    assert nodes.NODES.cells[0]({"metadata": {}}, START) == "Unknown"
