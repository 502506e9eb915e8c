from datetime import timedelta

import pytest

from keyferry.kube.controller.loop import Again, Done
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import Unavailable
from keyferry.mount.known import Volume
from keyferry.mount.teller import BETWEEN_PROBLEMS, PAUSE
from tests.fakes.mount_stage import INTERVAL, MountStage, request

DOWN = Unavailable(what="the vault does not answer")


async def published(stage: MountStage) -> Volume:
    await stage.publisher.publish(request())
    volume = stage.known.get("csi-1")
    assert volume is not None
    return volume


async def failed(stage: MountStage, volume: Volume, cause: str = "") -> None:
    stage.provider.fails = Unavailable(what="the vault does not answer", cause=cause)
    with pytest.raises(Unavailable):
        await stage.keeper.look(volume)


@pytest.mark.parametrize("interval", [pytest.param(INTERVAL, id="rotating"), pytest.param(None, id="not-rotating")])
async def test_what_the_cluster_was_not_told_is_told_again_soon(interval: timedelta | None) -> None:
    stage = MountStage(interval)
    stage.reports.works = False
    volume = await published(stage)
    assert await stage.told() == [Again(after=PAUSE)]
    assert not volume.is_told
    stage.reports.works = True
    assert await stage.teller.tell(volume.key) == Done()
    assert volume.is_told


async def test_a_problem_that_stays_is_written_once_and_its_end_too() -> None:
    stage = MountStage()
    volume = await published(stage)
    for _ in range(2):
        await failed(stage, volume)
        assert await stage.told() == [Done()]
    assert stage.reports.problems == [str(DOWN)]
    stage.provider.fails = None
    await stage.keeper.look(volume)
    await stage.told()
    assert volume.problem == ""
    assert stage.reports.told == ["secret/password=v1"] * 2, "at the publish, and when all was well again"


async def test_causes_that_take_turns_cost_few_writes_and_the_last_is_told_in_the_end() -> None:
    stage = MountStage()
    volume = await published(stage)
    for cause in ("refused", "late", "refused", "late"):
        await failed(stage, volume, cause)
        await stage.told()
    assert len(stage.reports.problems) == 1
    (again,) = [await stage.teller.tell(volume.key)]
    assert isinstance(again, Again)
    assert again.after <= BETWEEN_PROBLEMS
    stage.clock.advance(BETWEEN_PROBLEMS)
    assert await stage.teller.tell(volume.key) == Done()
    assert stage.reports.problems[1:] == [volume.failing]


async def test_nothing_is_told_of_what_is_gone_unknown_or_without_its_class() -> None:
    stage = MountStage()
    assert await stage.teller.tell(Key(namespace="app", name="csi-1")) == Done()
    stage.known.put(Volume(request=request()))
    assert await stage.teller.tell(Key(namespace="app", name="csi-1")) == Done()
    volume = await published(stage)
    stage.reports.told.clear()
    stage.classes.found.clear()
    assert await stage.teller.tell(volume.key) == Done()
    assert stage.reports.told == []


async def test_a_pod_waits_for_an_api_server_that_hangs_but_not_for_long() -> None:
    stage = MountStage(telling=timedelta(0))
    stage.reports.goes_on.clear()
    await stage.publisher.publish(request())
    assert [key.name for key in stage.tells] == ["csi-1"], "it is told while the pod runs"
