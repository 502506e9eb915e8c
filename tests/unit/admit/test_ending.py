"""The first signal asks, the second hurries; what is done in patience is left off then."""

import asyncio
import os
import signal

import pytest

from keyferry.admit.ending import Ending, told_by_signals


async def test_sigterm_asks_and_then_hurries() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with told_by_signals() as ending:
        os.kill(os.getpid(), signal.SIGTERM)
        await ending.asked.wait()
        assert not ending.at_once.is_set()
        os.kill(os.getpid(), signal.SIGTERM)
        await ending.at_once.wait()
    assert signal.getsignal(signal.SIGTERM) == before


async def test_sigint_hurries() -> None:
    with told_by_signals() as ending:
        os.kill(os.getpid(), signal.SIGINT)
        await ending.at_once.wait()
        assert ending.asked.is_set()


async def test_work_is_done_in_patience_or_left_off() -> None:
    ending, done = Ending(), []

    async def work() -> None:
        done.append("begun")
        await asyncio.sleep(0)
        done.append("done")

    await ending.unless_hurried(work())
    assert done == ["begun", "done"]
    ending.ask()
    ending.ask()
    await ending.unless_hurried(asyncio.sleep(3600))


async def test_a_beginning_is_left_off_when_the_end_is_asked_for() -> None:
    ending = Ending()
    assert await ending.unless_asked(asyncio.sleep(0))
    with pytest.raises(ZeroDivisionError):
        await ending.unless_asked(_fail())
    asyncio.get_running_loop().call_soon(ending.ask)
    assert not await ending.unless_asked(asyncio.sleep(3600))


async def _fail() -> None:
    raise ZeroDivisionError
