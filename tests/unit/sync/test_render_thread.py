"""Work beside the event loop, the cheapest first."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from keyferry.kube.wire.objects import Key
from keyferry.sync.render_thread import RenderThread

BOUND = 30.0


def key(name: str) -> Key:
    return Key(namespace="app", name=name)


class Gate:
    """Work that takes until it is told to end, and tells of each that is done."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.done: list[str] = []

    def work(self, name: str) -> Callable[[], str]:
        def wait() -> str:
            assert self.opened.wait(BOUND), "the event loop stands still"
            self.done.append(name)
            return name

        return wait


async def test_the_loop_goes_on_while_work_is_done() -> None:
    thread, gate = RenderThread(), Gate()
    under_way = asyncio.create_task(thread.run(key("a"), gate.work("a")))
    await asyncio.sleep(0)
    gate.opened.set()  # the loop does this while the work waits for it
    assert await under_way == "a"


async def test_what_work_raises_is_raised_and_the_next_has_its_turn() -> None:
    thread = RenderThread()

    def broken() -> str:
        raise LookupError

    with pytest.raises(LookupError):
        await thread.run(key("a"), broken)
    assert await thread.run(key("a"), lambda: "fine") == "fine"


async def test_what_was_dear_before_goes_last() -> None:
    thread, gate = RenderThread(), Gate()
    dear = threading.Event()
    asyncio.get_running_loop().call_later(0.02, dear.set)
    await thread.run(key("dear"), lambda: dear.wait(BOUND))
    await thread.run(key("cheap"), lambda: "")
    names = ("first", "dear", "new", "cheap")
    tasks = [asyncio.create_task(thread.run(key(name), gate.work(name))) for name in names]
    await asyncio.sleep(0)
    gate.opened.set()
    await asyncio.gather(*tasks)
    assert gate.done == ["first", "new", "cheap", "dear"]
    thread.forget(key("dear"))
    thread.forget(key("never seen"))


async def test_it_says_when_too_many_wait() -> None:
    thread, gate = RenderThread(crowd=2), Gate()
    tasks = [asyncio.create_task(thread.run(key(name), gate.work(name))) for name in ("a", "b", "c")]
    crowded = [thread.is_crowded]
    await asyncio.sleep(0)
    crowded.append(thread.is_crowded)
    gate.opened.set()
    await asyncio.gather(*tasks)
    assert [*crowded, thread.is_crowded] == [False, True, False]


async def test_who_stops_waiting_holds_up_nobody() -> None:
    thread, gate = RenderThread(), Gate()
    names = ("a", "gone", "called and gone", "b")
    first, gone, called, last = [asyncio.create_task(thread.run(key(name), gate.work(name))) for name in names]
    await asyncio.sleep(0)
    gone.cancel()
    first.add_done_callback(lambda _: called.cancel())
    gate.opened.set()
    assert await last == "b"
    assert gone.cancelled()
    assert called.cancelled()
    assert "gone" not in gate.done


async def test_work_that_nobody_waits_for_any_more_ends_before_the_next_begins() -> None:
    thread, gate = RenderThread(), Gate()
    under_way = asyncio.create_task(thread.run(key("a"), gate.work("a")))
    await asyncio.sleep(0)
    under_way.cancel()
    following = asyncio.create_task(thread.run(key("b"), gate.work("b")))
    await asyncio.sleep(0)
    gate.opened.set()
    assert await following == "b"
    assert gate.done == ["a", "b"]
