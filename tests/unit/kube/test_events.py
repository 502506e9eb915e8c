import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from structlog.testing import capture_logs

from keyferry.kube import events
from keyferry.kube.events import Recorder
from keyferry.kube.wire.events import NORMAL, WARNING, ObjectReference
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import EVENTS
from keyferry.model.errors import GrantError
from tests.fakes import virtual_time
from tests.fakes.kube_client import WorldClient
from tests.fakes.kube_world import KubeWorld


class TurnedClock:
    """A clock that stands until it is turned."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant


class Scene:
    """A recorder on a world."""

    def __init__(self) -> None:
        self.world = KubeWorld()
        self.client = WorldClient(self.world)
        self.clock = TurnedClock()
        self.recorder = Recorder(self.client, "external-secrets", clock=self.clock, instance="pod-1")

    def record(self, message: str, name: str = "db", version: str = "1") -> None:
        involved = ObjectReference(
            api_version="external-secrets.io/v1",
            kind="ExternalSecret",
            name=name,
            namespace="default",
            uid=f"uid-{name}",
            resource_version=version,
        )
        self.recorder.record(involved, WARNING, "UpdateFailed", message)

    def events(self) -> list[dict[str, Any]]:
        return self.world.all_of(EVENTS)

    def counts(self) -> list[tuple[str, int]]:
        return [(event["message"], event["count"]) for event in self.events()]


async def test_the_same_again_is_counted_whatever_version_the_object_has() -> None:
    scene = Scene()
    scene.record("no access", version="1")
    await scene.recorder.flush()
    scene.clock.instant += timedelta(minutes=9)
    scene.record("no access", version="2")
    await scene.recorder.flush()
    assert scene.counts() == [("no access", 2)]
    assert scene.events()[0]["firstTimestamp"] == "2026-11-21T12:00:00Z"
    assert scene.events()[0]["lastTimestamp"] == "2026-11-21T12:09:00Z"


async def test_what_goes_on_and_on_is_counted_and_seldom_written() -> None:
    scene = Scene()
    for _ in range(20):
        scene.record("no access")
        await scene.recorder.flush()
        scene.clock.instant += timedelta(seconds=10)
    assert scene.counts() == [("no access", events.PROMPT)]
    scene.clock.instant += events.PAUSE
    scene.record("no access")
    await scene.recorder.flush()
    assert scene.counts() == [("no access", 21)]


async def test_the_same_much_later_is_a_new_event() -> None:
    scene = Scene()
    scene.record("no access")
    await scene.recorder.flush()
    scene.clock.instant += events.WINDOW + timedelta(seconds=1)
    scene.record("no access")
    await scene.recorder.flush()
    assert scene.counts() == [("no access", 1), ("no access", 1)]


async def test_other_objects_and_messages_are_other_events() -> None:
    scene = Scene()
    scene.record("no access")
    scene.record("no access", name="other")
    scene.record("not found")
    await scene.recorder.flush()
    assert sorted(scene.counts()) == [("no access", 1), ("no access", 1), ("not found", 1)]
    assert len({event["metadata"]["name"] for event in scene.events()}) == 3


async def test_an_event_that_the_server_forgot_is_made_anew() -> None:
    scene = Scene()
    scene.record("no access")
    await scene.recorder.flush()
    scene.world.remove(EVENTS, Key(namespace="default", name=scene.events()[0]["metadata"]["name"]))
    scene.record("no access")
    await scene.recorder.flush()
    assert scene.counts() == [("no access", 1)]


async def test_a_refused_event_costs_itself_alone() -> None:
    scene = Scene()
    scene.client.failures.append(GrantError(what="events are forbidden"))
    scene.record("lost")
    scene.record("kept")
    with capture_logs() as logs:
        await scene.recorder.flush()
    assert scene.counts() == [("kept", 1)]
    assert [entry["event"] for entry in logs] == ["event.lost"]


async def test_recording_never_waits_and_the_oldest_are_dropped() -> None:
    scene = Scene()
    for number in range(events.QUEUE_LIMIT + 5):
        scene.record(str(number), name=f"n{number}")
    assert scene.recorder.dropped == 5
    with capture_logs() as logs:
        await scene.recorder.flush()
    assert [(entry["event"], entry["count"]) for entry in logs] == [("event.dropped", 5)]
    assert len(scene.events()) == events.QUEUE_LIMIT
    assert "0" not in {event["message"] for event in scene.events()}


async def test_what_is_remembered_is_bounded() -> None:
    scene = Scene()
    for number in range(events.REMEMBERED + 10):
        scene.record("x", name=f"n{number}")
        await scene.recorder.flush()
    assert len(scene.recorder._posted) == events.REMEMBERED


def test_run_writes_as_events_come() -> None:
    async def main() -> None:
        scene = Scene()
        task = asyncio.create_task(scene.recorder.run())
        for number in range(3):
            scene.record(str(number))
            await asyncio.sleep(1)
            assert len(scene.events()) == number + 1
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    virtual_time.run(main())


async def test_normal_events_and_who_reports_them() -> None:
    scene = Scene()
    involved = ObjectReference(api_version="v1", kind="Namespace", name="n")
    scene.recorder.record(involved, NORMAL, "Created", "x" * 2000)
    await scene.recorder.flush()
    event = scene.events()[0]
    assert (event["type"], event["source"], event["reportingInstance"]) == (
        "Normal",
        {"component": "external-secrets"},
        "pod-1",
    )
    assert len(event["message"].encode()) <= 1024
    assert json.dumps(event["metadata"]["namespace"]) == '"default"'
