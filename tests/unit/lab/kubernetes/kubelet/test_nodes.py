from datetime import UTC, datetime

from keyferry.lab.kubernetes.kubelet import nodes

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_node_is_ready_when_it_registers() -> None:
    document = nodes.document(1, NOW)
    assert document["metadata"]["name"] == nodes.name(1) == "node-2"
    ready = next(one for one in document["status"]["conditions"] if one["type"] == "Ready")
    assert (ready["status"], ready["lastHeartbeatTime"]) == ("True", "2026-03-01T12:00:00Z")
    assert document["status"]["addresses"][0]["address"] == nodes.address(1)


def test_pods_have_addresses_of_their_node() -> None:
    assert nodes.pod_address(0, 0) == "10.244.0.4"
    assert nodes.pod_address(3, 251) == "10.244.3.5"
