from keyferry.lab.kubernetes.schemas import csi


def test_drivers_of_a_node_are_told_apart_by_name() -> None:
    drivers = csi.CSI_NODE["properties"]["spec"]["properties"]["drivers"]
    assert drivers["x-kubernetes-list-map-keys"] == ["name"]


def test_a_driver_may_ask_for_tokens_by_audience() -> None:
    requests = csi.CSI_DRIVER["properties"]["spec"]["properties"]["tokenRequests"]
    assert requests["items"]["required"] == ["audience"]
