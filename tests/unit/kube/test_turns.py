"""Whose request goes next."""

import asyncio
from contextlib import suppress

import pytest

from keyferry.kube.turns import AWAITED, Turns


class Stage:
    """Tasks that want a turn, and their names in the order in which they got it."""

    def __init__(self, limit: int) -> None:
        self.turns = Turns(limit)
        self.entered: list[str] = []

    async def come(self, name: str, *, awaited: bool = False, is_awaited: bool = False) -> "asyncio.Task[None]":
        """Let somebody ask for a turn, and the loop come to rest."""

        async def ask() -> None:
            AWAITED.set(awaited)
            await self.turns.enter(is_awaited=is_awaited)
            self.entered.append(name)

        task = asyncio.create_task(ask())
        await _rest()
        return task

    async def leave(self) -> None:
        self.turns.leave()
        await _rest()


async def _rest() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_so_many_go_at_once_and_the_others_in_order() -> None:
    stage = Stage(2)
    for name in "abcd":
        await stage.come(name)
    assert stage.entered == ["a", "b"]
    await stage.leave()
    await stage.leave()
    assert stage.entered == ["a", "b", "c", "d"]


@pytest.mark.parametrize("way", ["awaited", "is_awaited"])
async def test_what_somebody_waits_for_goes_first(way: str) -> None:
    stage = Stage(1)
    for name in "abc":
        await stage.come(name)
    await stage.come("now", **{way: True})
    await stage.leave()
    await stage.leave()
    assert stage.entered == ["a", "now", "b"]


async def test_who_gives_up_takes_no_turn() -> None:
    stage = Stage(1)
    await stage.come("a")
    gone = await stage.come("gone")
    await stage.come("b")
    gone.cancel()
    await stage.leave()
    assert stage.entered == ["a", "b"]
    await stage.leave()
    await stage.come("c")
    assert stage.entered == ["a", "b", "c"]


async def test_a_turn_that_comes_in_the_moment_of_giving_up_is_passed_on() -> None:
    stage = Stage(1)
    await stage.come("a")
    gone = await stage.come("gone")
    await stage.come("b")
    stage.turns.leave()
    gone.cancel()
    with suppress(asyncio.CancelledError):
        await gone
    await _rest()
    assert stage.entered == ["a", "b"]
