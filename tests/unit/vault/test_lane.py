"""The way to one vault: so many at once, so many in a window, first reads first."""

import asyncio
from datetime import timedelta

import pytest

from keyferry.model.errors import Throttled
from keyferry.model.secrets import VaultUrl
from keyferry.vault.lane import CONCURRENCY, Lane
from keyferry.vault.throttle import Budget, Priority
from tests.fakes import virtual_time

VAULT = VaultUrl("https://kv-prod.vault.azure.net")


class Travellers:
    """Enter the lane in tasks and note who came through, in order."""

    def __init__(self, lane: Lane) -> None:
        self.through: list[str] = []
        self._lane = lane

    def send(self, name: str, priority: Priority, whose: str = "") -> asyncio.Task[None]:
        return asyncio.create_task(self._travel(name, priority, whose))

    async def _travel(self, name: str, priority: Priority, whose: str) -> None:
        await self._lane.enter(priority, whose)
        self.through.append(name)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_lets_so_many_through_at_once_and_first_reads_first() -> None:
    lane = Lane(VAULT)
    travellers = Travellers(lane)
    tasks = [travellers.send(f"early {number}", Priority.FIRST_READ) for number in range(CONCURRENCY)]
    await settle()
    tasks += [travellers.send("refresh", Priority.REFRESH), travellers.send("first", Priority.FIRST_READ)]
    await settle()
    assert len(travellers.through) == CONCURRENCY

    lane.leave()
    await settle()
    lane.leave()
    await asyncio.gather(*tasks)

    assert travellers.through[CONCURRENCY:] == ["first", "refresh"]


def test_waits_for_room_in_the_window() -> None:
    async def story() -> list[float]:
        lane, passed = Lane(VAULT, Budget(limit=4, refresh_share=0.25, first_share=0.5)), []
        for _ in range(5):
            await lane.enter(Priority.FIRST_READ)
            passed.append(asyncio.get_running_loop().time() - 1_000)
            lane.leave()
        return passed

    assert virtual_time.run(story()) == pytest.approx([0, 0, 10, 10, 20])


async def test_a_first_read_overtakes_a_refresh_that_waits_for_room() -> None:
    budget = Budget(limit=4, window=timedelta(hours=1), refresh_share=0.25, first_share=0.75)
    lane = Lane(VAULT, budget)
    travellers = Travellers(lane)
    first = travellers.send("refresh 1", Priority.REFRESH)
    waiting = travellers.send("refresh 2", Priority.REFRESH)
    await settle()
    await travellers.send("first", Priority.FIRST_READ)

    assert travellers.through == ["refresh 1", "first"]
    waiting.cancel()
    await asyncio.gather(first, waiting, return_exceptions=True)


async def test_a_crowd_of_one_does_not_keep_another_waiting() -> None:
    lane = Lane(VAULT)
    travellers = Travellers(lane)
    tasks = [travellers.send(f"api {n}", Priority.FIRST_READ, "api") for n in range(CONCURRENCY + 100)]
    await settle()
    lane.leave()
    await settle()
    tasks += [travellers.send(f"web {n}", Priority.FIRST_READ, "web") for n in range(3)]
    tasks += [travellers.send(f"job {n}", Priority.REFRESH, "job") for n in range(2)]
    await settle()
    seen = len(travellers.through)
    for _ in range(6):
        lane.leave()
    await settle()

    assert [name.split()[0] for name in travellers.through[seen:]] == ["web", "api", "web", "api", "web", "api"]
    for _ in range(100):
        lane.leave()
        await settle()
    assert travellers.through[-2:] == ["job 0", "job 1"]
    await asyncio.gather(*tasks)


async def test_one_who_gives_up_takes_no_place() -> None:
    lane = Lane(VAULT)
    travellers = Travellers(lane)
    tasks = [travellers.send(str(number), Priority.FIRST_READ) for number in range(CONCURRENCY + 2)]
    await settle()
    tasks[CONCURRENCY].cancel()
    await settle()
    lane.leave()
    await settle()

    assert travellers.through[-1] == str(CONCURRENCY + 1)
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_one_who_gives_up_as_the_turn_comes_passes_it_on() -> None:
    lane = Lane(VAULT)
    travellers = Travellers(lane)
    tasks = [travellers.send(str(number), Priority.FIRST_READ) for number in range(CONCURRENCY + 2)]
    await settle()
    lane.leave()  # the turn is given, the traveller has not woken yet
    tasks[CONCURRENCY].cancel()
    await settle()

    assert travellers.through[-1] == str(CONCURRENCY + 1)
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize(
    ("seconds", "refused"),
    [
        pytest.param(9, True, id="a-long-pause-is-said-at-once"),
        pytest.param(8, False, id="a-short-one-is-waited-out"),
    ],
)
def test_honours_a_pause(seconds: float, refused: bool) -> None:
    async def story() -> float:
        lane = Lane(VAULT)
        lane.answered(throttled=True, retry_after=timedelta(seconds=seconds))
        await lane.enter(Priority.FIRST_READ)
        return asyncio.get_running_loop().time() - 1_000

    if not refused:
        assert virtual_time.run(story()) == pytest.approx(seconds)
        return
    with pytest.raises(Throttled, match="429") as caught:
        virtual_time.run(story())
    assert caught.value.retry_after == timedelta(seconds=seconds)


def test_another_answer_ends_a_row_of_pauses() -> None:
    async def story() -> float:
        lane = Lane(VAULT)
        for _ in range(4):
            lane.answered(throttled=True)
            await asyncio.sleep(20)
        lane.answered(throttled=False)
        lane.answered(throttled=True)
        began = asyncio.get_running_loop().time()
        await lane.enter(Priority.FIRST_READ)
        return asyncio.get_running_loop().time() - began

    assert virtual_time.run(story()) == pytest.approx(1)
