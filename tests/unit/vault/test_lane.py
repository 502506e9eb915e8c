"""The way to one vault: so many at once, so many in a window, first reads first."""

import asyncio
from datetime import timedelta

import pytest

from keyferry.model.errors import Throttled
from keyferry.model.secrets import VaultUrl
from keyferry.vault.lane import CONCURRENCY, Lane
from keyferry.vault.throttle import Budget, Priority
from tests.fakes.offset_clock import OffsetClock

VAULT = VaultUrl("https://kv-prod.vault.azure.net")


class Travellers:
    """Enter the lane in tasks and note who came through, in order."""

    def __init__(self, lane: Lane) -> None:
        self.through: list[str] = []
        self._lane = lane

    def send(self, name: str, priority: Priority) -> asyncio.Task[None]:
        return asyncio.create_task(self._travel(name, priority))

    async def _travel(self, name: str, priority: Priority) -> None:
        await self._lane.enter(priority)
        self.through.append(name)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_lets_so_many_through_at_once_and_first_reads_first() -> None:
    lane = Lane(VAULT, OffsetClock())
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


async def test_waits_for_room_in_the_window() -> None:
    budget = Budget(limit=4, window=timedelta(milliseconds=60), refresh_share=0.25, first_share=0.5)
    clock = OffsetClock()
    lane = Lane(VAULT, clock, budget)
    before = clock.now()

    for _ in range(5):
        await lane.enter(Priority.FIRST_READ)
        lane.leave()

    assert clock.now() - before >= timedelta(milliseconds=120)


async def test_a_first_read_overtakes_a_refresh_that_waits_for_room() -> None:
    budget = Budget(limit=4, window=timedelta(hours=1), refresh_share=0.25, first_share=0.75)
    lane = Lane(VAULT, OffsetClock(), budget)
    travellers = Travellers(lane)
    first = travellers.send("refresh 1", Priority.REFRESH)
    waiting = travellers.send("refresh 2", Priority.REFRESH)
    await settle()
    await travellers.send("first", Priority.FIRST_READ)

    assert travellers.through == ["refresh 1", "first"]
    waiting.cancel()
    await asyncio.gather(first, waiting, return_exceptions=True)


async def test_one_who_gives_up_takes_no_place() -> None:
    lane = Lane(VAULT, OffsetClock())
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
    lane = Lane(VAULT, OffsetClock())
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
        pytest.param(0.02, False, id="a-short-one-is-waited-out"),
    ],
)
async def test_honours_a_pause(seconds: float, refused: bool) -> None:
    clock = OffsetClock()
    lane = Lane(VAULT, clock)
    lane.answered(throttled=True, retry_after=timedelta(seconds=seconds))
    before = clock.now()

    if refused:
        with pytest.raises(Throttled, match="429") as caught:
            await lane.enter(Priority.FIRST_READ)
        assert caught.value.retry_after is not None
        return
    await lane.enter(Priority.FIRST_READ)
    assert clock.now() - before >= timedelta(seconds=seconds - 0.005)


async def test_another_answer_ends_a_row_of_pauses() -> None:
    clock = OffsetClock()
    lane = Lane(VAULT, clock)
    for _ in range(4):
        lane.answered(throttled=True)
        clock.advance(timedelta(seconds=20))
    lane.answered(throttled=False)
    lane.answered(throttled=True)
    clock.advance(timedelta(seconds=1))

    await lane.enter(Priority.FIRST_READ)
