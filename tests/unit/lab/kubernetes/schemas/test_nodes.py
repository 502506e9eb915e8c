from keyferry.lab.kubernetes.schemas import nodes


def test_conditions_tell_when_the_node_last_said_so() -> None:
    conditions = nodes.NODE["properties"]["status"]["properties"]["conditions"]
    assert "lastHeartbeatTime" in conditions["items"]["properties"]
