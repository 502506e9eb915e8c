import asyncio

import pytest
import structlog.testing

from keyferry.model.errors import Unavailable
from keyferry.mount.rpc.calls import Calls


class Work:
    """Work that waits to be let go, and remembers how far it came."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.let_go = asyncio.Event()
        self.done = False

    async def __call__(self) -> str:
        self.begun.set()
        await self.let_go.wait()
        self.done = True
        return "done"


async def test_gives_the_works_own_answer_and_error() -> None:
    calls = Calls()

    async def fail() -> None:
        raise Unavailable(what="down")

    work = Work()
    work.let_go.set()
    assert await calls.carry_out("a", work) == "done"
    with pytest.raises(Unavailable, match="down"):
        await calls.carry_out("a", fail)
    assert len(calls) == 0


async def test_begun_work_outlives_its_caller_and_the_next_waits_for_it() -> None:
    calls, first, second = Calls(), Work(), Work()
    caller = asyncio.create_task(calls.carry_out("a", first))
    await first.begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    with structlog.testing.capture_logs() as lines:
        again = asyncio.create_task(calls.carry_out("a", second))
        await asyncio.sleep(0)
        assert not second.begun.is_set()
        second.let_go.set()
        first.let_go.set()
        assert await again == "done"
    assert first.done
    assert [line["outcome"] for line in lines] == ["done"]


async def test_work_that_waits_for_its_turn_is_dropped_with_its_caller() -> None:
    calls, first, second = Calls(), Work(), Work()
    running = asyncio.create_task(calls.carry_out("a", first))
    await first.begun.wait()
    waiting = asyncio.create_task(calls.carry_out("a", second))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    first.let_go.set()
    assert await running == "done"
    await calls.settle()
    assert not second.begun.is_set()


async def test_other_keys_do_not_wait() -> None:
    calls, first, second = Calls(), Work(), Work()
    running = asyncio.create_task(calls.carry_out("a", first))
    await first.begun.wait()
    second.let_go.set()
    assert await calls.carry_out("b", second) == "done"
    first.let_go.set()
    await running


async def test_abandoned_failures_are_told_without_their_words() -> None:
    calls, begun, let_go = Calls(), asyncio.Event(), asyncio.Event()

    async def fail() -> None:
        begun.set()
        await let_go.wait()
        raise Unavailable(what="hunter2")

    caller = asyncio.create_task(calls.carry_out("a", fail))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert len(calls) == 1
    with structlog.testing.capture_logs() as lines:
        let_go.set()
        await calls.settle()
        await asyncio.sleep(0)
    assert lines == [{"event": "calls.abandoned", "outcome": "Unavailable", "log_level": "info"}]
