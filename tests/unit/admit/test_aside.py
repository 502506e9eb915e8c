"""Work that takes long is done beside the loop, one at a time, and nobody waits for it without end."""

import asyncio
import threading

import pytest

from keyferry.admit.aside import Aside
from keyferry.model.errors import Unavailable


async def test_returns_and_raises_what_the_work_does() -> None:
    aside = Aside(10.0)
    assert await aside.done(threading.get_ident) != threading.get_ident()
    with pytest.raises(ZeroDivisionError):
        await aside.done(lambda: 1 // 0)


async def test_the_loop_goes_on_meanwhile() -> None:
    aside, goes_on = Aside(10.0), threading.Event()
    working = asyncio.create_task(aside.done(goes_on.wait))
    await asyncio.sleep(0)
    goes_on.set()
    assert await working


async def test_what_takes_too_long_is_given_up_and_what_waits_for_it_never_begins() -> None:
    aside, goes_on, begun = Aside(0.02), threading.Event(), threading.Event()
    found = await asyncio.gather(aside.done(goes_on.wait), aside.done(begun.set), return_exceptions=True)
    assert [type(each) for each in found] == [Unavailable, Unavailable]
    goes_on.set()
    assert not begun.wait(0.05)
