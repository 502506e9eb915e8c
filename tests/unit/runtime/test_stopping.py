import asyncio
import os
import signal

import pytest

from keyferry.runtime import stopping


@pytest.mark.parametrize("number", stopping.SIGNALS)
async def test_a_signal_sets_the_event(number: signal.Signals) -> None:
    with stopping.stop_signal() as stop:
        os.kill(os.getpid(), number)
        await stop.wait()


async def test_handlers_are_put_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stopping.stop_signal():
        pass
    assert signal.getsignal(signal.SIGTERM) == before


async def test_work_is_done_or_given_up_when_the_end_comes_first() -> None:
    stop, done = asyncio.Event(), []

    async def work() -> None:
        done.append("begun")
        await asyncio.sleep(0)
        done.append("done")

    assert await stopping.unless(stop, work())
    assert done == ["begun", "done"]
    asyncio.get_running_loop().call_soon(stop.set)
    assert not await stopping.unless(stop, _for_ever())


async def test_work_does_not_begin_after_the_end() -> None:
    stop, begun = asyncio.Event(), []

    async def work() -> None:
        begun.append(True)

    stop.set()
    assert not await stopping.unless(stop, work())
    assert begun == []


async def test_what_work_raises_goes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        await stopping.unless(asyncio.Event(), _fail())


async def _for_ever() -> None:
    await asyncio.Event().wait()


async def _fail() -> None:
    raise ZeroDivisionError
