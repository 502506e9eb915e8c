from keyferry.lab.kubernetes.schemas import core


def test_both_events_share_what_they_have_in_common() -> None:
    old, new = core.EVENT["properties"], core.EVENTS_EVENT["properties"]

    assert {"eventTime", "series", "action", "reason", "type", "related"} <= old.keys() & new.keys()
    assert {"involvedObject", "message"} <= old.keys() - new.keys()
    assert {"regarding", "note"} <= new.keys() - old.keys()


def test_a_secret_holds_bytes() -> None:
    assert core.SECRET["properties"]["data"]["additionalProperties"]["format"] == "byte"
