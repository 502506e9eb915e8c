import asyncio

import pytest

from keyferry.mount.turns import Turns


async def test_one_key_is_worked_on_by_one_at_a_time_and_in_order() -> None:
    turns, seen = Turns(), []
    goes_on = asyncio.Event()

    async def work(name: str) -> None:
        async with turns.of("volume"):
            seen.append(f"{name} begins")
            await goes_on.wait()
            seen.append(f"{name} ends")

    tasks = [asyncio.create_task(work(name)) for name in ("first", "second")]
    await asyncio.sleep(0)
    assert seen == ["first begins"]
    goes_on.set()
    await asyncio.gather(*tasks)
    assert seen == ["first begins", "first ends", "second begins", "second ends"]


async def test_keys_do_not_wait_for_each_other() -> None:
    turns = Turns()
    async with turns.of("one"), turns.of("other"):
        assert len(turns) == 2


async def test_nothing_is_kept_of_a_key_that_nobody_wants() -> None:
    turns = Turns()
    with pytest.raises(LookupError):
        async with turns.of("volume"):
            raise LookupError
    assert len(turns) == 0


async def test_who_is_cancelled_while_waiting_leaves_the_turn_to_the_others() -> None:
    turns = Turns()

    async def wait() -> None:
        async with turns.of("volume"):
            pass

    async with turns.of("volume"):
        tasks = [asyncio.create_task(wait()) for _ in range(2)]
        await asyncio.sleep(0)
        tasks[0].cancel()
    await asyncio.wait(tasks)
    assert tasks[0].cancelled()
    assert tasks[1].exception() is None
    assert len(turns) == 0
