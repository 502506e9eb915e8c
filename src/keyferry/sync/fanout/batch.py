"""The writes of one pass, some at a time: a failure costs its own namespace alone, unless nothing works at all."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from keyferry.kube.errors import AlreadyExists, Conflict
from keyferry.model.errors import KeyferryError, NotFound
from keyferry.sync.fanout.state import Failures, Write

AT_A_TIME: Final = 8  # writes that are under way together
ENOUGH: Final = 24  # failures without one success, after which the rest is not tried: a thousand would not do better

_OF_ONE: Final = (AlreadyExists, Conflict, NotFound)  # what is about one child and tells nothing of the others


async def carry_out(writes: Iterable[Write], write: Callable[[Write], Awaitable[None]]) -> Failures:
    """Carry out all of them, and return the failures by namespace.

    When the first `ENOUGH` have all failed, as without a right or a server, the others get the last one's error.
    """
    failures: dict[str, KeyferryError] = {}
    hopeless: list[KeyferryError] = []
    done = 0
    places = asyncio.Semaphore(AT_A_TIME)

    async def one(action: Write) -> None:
        nonlocal done
        async with places:
            if not done and len(hopeless) >= ENOUGH:
                failures[action.key.namespace] = hopeless[-1]
                return
            try:
                await write(action)
                done += 1
            except KeyferryError as refusal:
                failures[action.key.namespace] = refusal
                if not isinstance(refusal, _OF_ONE):
                    hopeless.append(refusal)

    async with asyncio.TaskGroup() as group:
        for action in writes:
            group.create_task(one(action))
    return failures
