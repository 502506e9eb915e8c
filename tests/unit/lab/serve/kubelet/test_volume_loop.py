"""A volume kept up, through failures and changes, until it is to go."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from keyferry.lab.kubernetes.kubelet.references import Reference
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet.volume_loop import VolumeLoop
from keyferry.lab.serve.kubelet.volumes import VolumeFailed
from tests.fakes.kubelet_node import until


class FakeVolume:
    """Counts, and fails as often as it is told."""

    name = "v"
    path = Path("v")

    def __init__(self, *, failures: int = 0, stays: int = 0, again: float | None = None) -> None:
        self.ups = 0
        self.downs = 0
        self._failures = failures
        self._stays = stays
        self._again = again
        self.failure: Exception = VolumeFailed("not yet")

    async def set_up(self, pod: Object) -> None:
        self.ups += 1
        if self.ups <= self._failures:
            raise self.failure

    async def tear_down(self) -> None:
        self.downs += 1
        if self.downs <= self._stays:
            raise VolumeFailed("in use")

    def shows(self, reference: Reference | None) -> bool:
        return False

    def again_after(self) -> float | None:
        return self._again


def loop(volume: FakeVolume, told: list[tuple[str, str]], settled: Callable[[], None] = lambda: None) -> VolumeLoop:
    async def report(reason: str, message: str) -> None:
        told.append((reason, message))

    return VolumeLoop(volume, pod=dict, report=report, settled=settled)


async def test_a_failure_is_told_and_tried_again() -> None:
    told: list[tuple[str, str]] = []
    volume = FakeVolume(failures=1)
    one = loop(volume, told)
    running = asyncio.create_task(one.run())
    await until(lambda: told)
    assert not one.is_set_up
    one.refresh()
    await until(lambda: one.is_set_up)
    assert told == [("FailedMount", 'MountVolume.SetUp failed for volume "v" : not yet')]
    one.end()
    await running
    assert (volume.downs, one.is_set_up, one.is_gone) == (1, False, True)


async def test_it_is_set_up_again_when_that_is_wanted_or_something_changed() -> None:
    volume = FakeVolume(again=0.01)
    one = loop(volume, [])
    running = asyncio.create_task(one.run())
    await until(lambda: volume.ups >= 3)
    one.end()
    await running
    quiet = FakeVolume()
    other = loop(quiet, [])
    running = asyncio.create_task(other.run())
    await until(lambda: quiet.ups == 1)
    other.refresh()
    await until(lambda: quiet.ups == 2)
    other.end()
    await running


async def test_what_does_not_go_is_told_and_tried_again() -> None:
    told: list[tuple[str, str]] = []
    volume = FakeVolume(stays=1)
    one = loop(volume, told)
    one.end()
    await one.run()
    assert volume.downs == 2
    assert told == [("FailedUnMount", 'UnmountVolume.TearDown failed for volume "v" : in use')]


async def test_who_is_not_patient_tries_once() -> None:
    volume = FakeVolume(stays=9)
    settled: list[int] = []
    one = loop(volume, [], lambda: settled.append(1))
    one.end(is_patient=False)
    await one.run()
    assert (volume.ups, volume.downs, settled, one.is_gone) == (0, 1, [1], False)


async def test_a_failing_disk_is_told_as_any_failure() -> None:
    told: list[tuple[str, str]] = []
    volume = FakeVolume(failures=1)
    volume.failure = OSError(28, "No space left on device")
    one = loop(volume, told)
    running = asyncio.create_task(one.run())
    await until(lambda: told)
    one.end()
    await running
    assert told[0][1].endswith("No space left on device")
