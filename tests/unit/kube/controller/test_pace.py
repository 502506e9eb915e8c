"""How many go on in each turn of the loop."""

import asyncio
from contextlib import suppress

from keyferry.kube.controller.pace import IN_A_TURN, Pace


async def _passed(count: int, cancelled: int = 0) -> list[int]:
    """Let `count` pause at once; return how many went on in each turn of the loop."""
    pace, gone = Pace(), 0

    async def one() -> None:
        nonlocal gone
        await pace.pause()
        gone += 1

    tasks = [asyncio.create_task(one()) for _ in range(count)]
    await asyncio.sleep(0)
    for task in tasks[:cancelled]:
        task.cancel()
    turns: list[int] = []
    while sum(turns) < count - cancelled:
        before = gone
        await asyncio.sleep(0)
        turns.append(gone - before)
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
    return turns


async def test_a_few_go_on_in_each_turn() -> None:
    turns = await _passed(10)
    assert max(turns) == IN_A_TURN
    assert [count for count in turns if count] == [IN_A_TURN] * (10 // IN_A_TURN)


async def test_one_alone_goes_on_at_once() -> None:
    assert sum(await _passed(1)) == 1


async def test_who_was_cancelled_holds_up_nobody() -> None:
    assert sum(await _passed(10, cancelled=5)) == 5
