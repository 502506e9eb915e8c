import asyncio

import pytest

from keyferry.admit.lazily import Lazily


async def test_loads_once_for_all() -> None:
    loads: list[int] = []

    def load() -> str:
        loads.append(1)
        return "loaded"

    lazily = Lazily(load)
    assert loads == []
    assert await asyncio.gather(*(lazily.get() for _ in range(5))) == ["loaded"] * 5
    assert loads == [1]


async def test_a_failure_is_not_the_last_word() -> None:
    answers = [ValueError("not yet"), "loaded"]

    def load() -> str:
        answer = answers.pop(0)
        if isinstance(answer, ValueError):
            raise answer
        return str(answer)

    lazily = Lazily(load)
    with pytest.raises(ValueError, match="not yet"):
        await lazily.get()
    assert await lazily.get() == "loaded"
