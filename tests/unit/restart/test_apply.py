"""What is written."""

from datetime import UTC, datetime

import msgspec
import pytest

from keyferry.kube.errors import Conflict
from keyferry.kube.events import Recorder
from keyferry.restart import apply, wire
from keyferry.restart.apply import Applier
from keyferry.restart.kinds import DEPLOYMENTS
from keyferry.restart.state import Mark, Restart, Seen, Source, SourceKind, Tell, Workload
from tests.fakes.restart_world import WEB, RestartWorld, document

SEEN = Seen(origin="id", marks={Source(SourceKind.SECRET, "db"): "2"})


class Stage:
    """An applier, and what it noted."""

    def __init__(self, world: RestartWorld) -> None:
        self.world = world
        self.noted: list[Workload] = []
        self.recorder: Recorder = world.recorder
        self.applier = Applier(world.client, self.recorder, self._note)

    def _note(self, _workload: Workload, stored: bytes) -> None:
        read = wire.workload(stored, DEPLOYMENTS)
        assert read is not None
        self.noted.append(read)

    def workload(self) -> Workload:
        read = wire.workload(msgspec.json.encode(self.world.cluster.get(DEPLOYMENTS, WEB)), DEPLOYMENTS)
        assert read is not None
        return read

    async def told(self) -> list[tuple[str, str]]:
        await self.recorder.flush()
        return self.world.told()


@pytest.fixture
def stage(world: RestartWorld) -> Stage:
    world.workload()
    return Stage(world)


async def test_a_mark_rolls_nothing(stage: Stage) -> None:
    tell = Tell(workload=stage.workload(), reason="RestartNeeded", message="by hand", warning=True)
    await stage.applier.apply(Mark(workload=stage.workload(), seen=SEEN))
    await stage.applier.apply(Mark(workload=stage.workload(), seen=SEEN, then=tell))
    assert (stage.world.seen(), stage.world.restarted()) == ("id secret/db=2", "")
    assert [each.seen for each in stage.noted] == [SEEN, SEEN]
    assert await stage.told() == [("RestartNeeded", "by hand")]
    assert not stage.applier.restarts


async def test_a_restart_rolls_marks_tells_and_counts(stage: Stage) -> None:
    workload = stage.workload()
    tell = Tell(workload=workload, reason="Restarted", message="rolls")
    at = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    restart = Restart(workload=workload, seen=SEEN, at=at, then=tell)
    await stage.applier.apply(restart)
    assert stage.noted[0].rollout.restarted_at == at
    assert stage.noted[0].rollout.is_moving
    assert await stage.told() == [("Restarted", "rolls")]
    assert stage.applier.restarts == {("app", "Deployment"): 1}
    with pytest.raises(Conflict):
        await stage.applier.apply(restart)  # of a workload that has been seen to change
    assert stage.applier.restarts == {("app", "Deployment"): 1}


async def test_what_goes_on_is_told_once_in_the_same_words(stage: Stage) -> None:
    for message in ("waits", "waits", "waits still", "waits"):
        workload = stage.workload()
        await stage.applier.apply(Tell(workload=workload, reason="RestartWaits", message=message, once=True))
    assert [message for _, message in await stage.told()] == ["waits", "waits still"]


async def test_what_was_told_does_not_grow_for_ever(stage: Stage) -> None:
    for number in range(apply.REMEMBERED + 1):
        tell = Tell(workload=stage.workload(), reason=f"R{number}", message="", once=True)
        stage.applier._tell(tell)
    assert len(stage.applier._told) == 1


def test_events_are_about_the_workload(world: RestartWorld) -> None:
    world.workload(document("api"))
    stored = world.cluster.all_of(DEPLOYMENTS)[0]
    workload = wire.workload(msgspec.json.encode(stored), DEPLOYMENTS)
    assert workload is not None
    about = apply.reference(workload)
    assert (about.api_version, about.kind, about.name) == ("apps/v1", "Deployment", "api")
    assert (about.namespace, about.uid) == ("app", stored["metadata"]["uid"])
