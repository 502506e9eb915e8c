"""Tasks that outlive their callers."""

import asyncio
from typing import Any

from keyferry.vault.tasks import Tasks


async def test_what_ends_is_let_go_and_its_failure_is_nobodys() -> None:
    told: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    tasks = Tasks()

    async def fail() -> None:
        raise ValueError("boom")

    task = tasks.start(fail())
    assert len(tasks) == 1
    await asyncio.wait({task})
    del task
    await asyncio.sleep(0)
    assert len(tasks) == 0
    assert told == []


async def test_closing_ends_what_is_under_way() -> None:
    tasks = Tasks()
    task = tasks.start(asyncio.Event().wait())
    await tasks.aclose()
    assert task.cancelled()
    await asyncio.sleep(0)
    assert len(tasks) == 0
