"""Nobody watches Secrets where there is no PushSecret."""

import asyncio
from typing import Any, cast

from keyferry.kube.watch import Reflector
from keyferry.sync.push import wakes
from keyferry.sync.push.source_watch import SourceWatch
from tests.fakes.push_secrets import PUSH, watched


class Counted:
    """A reflector that counts its starts."""

    def __init__(self) -> None:
        self.runs = 0
        self.started = asyncio.Event()

    async def run(self) -> None:
        self.runs += 1
        self.started.set()
        await asyncio.Event().wait()


async def test_it_begins_with_the_first_push_secret() -> None:
    pushes, reflector = wakes.empty_pushes(), Counted()
    task = asyncio.create_task(SourceWatch(pushes, cast("Reflector[Any]", reflector)).run())
    await asyncio.sleep(0)
    assert reflector.runs == 0
    pushes.undecodable(PUSH, "no")
    await asyncio.sleep(0)
    assert reflector.runs == 0
    pushes.applied(PUSH, watched())
    await reflector.started.wait()
    assert reflector.runs == 1
    task.cancel()


async def test_it_begins_at_once_where_there_is_one() -> None:
    pushes, reflector = wakes.empty_pushes(), Counted()
    pushes.applied(PUSH, watched())
    task = asyncio.create_task(SourceWatch(pushes, cast("Reflector[Any]", reflector)).run())
    await reflector.started.wait()
    task.cancel()
