from datetime import UTC, datetime

import pytest

from keyferry.lab.kubernetes.kubelet import pod_events

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
POD = {"metadata": {"name": "app", "namespace": "shop", "uid": "u", "resourceVersion": "7"}}


@pytest.mark.parametrize(("reason", "type_"), [(pod_events.FAILED_MOUNT, "Warning"), (pod_events.STARTED, "Normal")])
def test_an_event_is_about_its_pod(reason: str, type_: str) -> None:
    event = pod_events.event(POD, reason=reason, message="m" * 2000, node="node-1", suffix="1f", now=NOW)
    assert event["metadata"] == {"namespace": "shop", "name": "app.1f"}
    assert event["involvedObject"]["uid"] == "u"
    assert (event["type"], event["count"], len(event["message"])) == (type_, 1, 1024)
    assert event["source"] == {"component": "kubelet", "host": "node-1"}


def test_what_happens_again_is_counted() -> None:
    assert pod_events.again(3, NOW) == {"count": 3, "lastTimestamp": "2026-03-01T12:00:00Z"}


def test_messages_are_worded_as_the_real_ones() -> None:
    assert pod_events.set_up_failed("v", "why") == 'MountVolume.SetUp failed for volume "v" : why'
    assert pod_events.tear_down_failed("v", "why") == 'UnmountVolume.TearDown failed for volume "v" : why'
