"""Callers who want the same thing at the same time share one try."""

import asyncio

import pytest

from keyferry.identity.flight import Flights


class Airport:
    """Counts take-offs and lands flights when told."""

    def __init__(self) -> None:
        self.started = 0
        self.land = asyncio.Event()
        self.error: Exception | None = None

    async def fly(self) -> int:
        self.started += 1
        await self.land.wait()
        if self.error:
            raise self.error
        return self.started


async def test_one_flight_serves_all_who_join() -> None:
    flights, airport = Flights[str, int](), Airport()
    callers = [asyncio.create_task(flights.join("a", airport.fly)) for _ in range(10)]
    await asyncio.sleep(0)
    assert "a" in flights
    airport.land.set()

    assert await asyncio.gather(*callers) == [1] * 10
    assert "a" not in flights


async def test_the_next_caller_after_landing_starts_anew() -> None:
    flights, airport = Flights[str, int](), Airport()
    airport.land.set()

    assert [await flights.join("a", airport.fly), await flights.join("a", airport.fly)] == [1, 2]


async def test_keys_do_not_share() -> None:
    flights, airport = Flights[str, int](), Airport()
    airport.land.set()
    await asyncio.gather(flights.join("a", airport.fly), flights.join("b", airport.fly))

    assert airport.started == 2


async def test_an_error_goes_to_all_who_joined() -> None:
    flights, airport = Flights[str, int](), Airport()
    airport.error = LookupError("x")
    airport.land.set()

    answers = await asyncio.gather(*(flights.join("a", airport.fly) for _ in range(3)), return_exceptions=True)

    assert answers == [airport.error] * 3


async def test_a_cancelled_caller_leaves_the_flight_to_the_others() -> None:
    flights, airport = Flights[str, int](), Airport()
    first = asyncio.create_task(flights.join("a", airport.fly))
    second = asyncio.create_task(flights.join("a", airport.fly))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    airport.land.set()

    assert await second == 1
    assert first.cancelled()


async def test_closing_cancels_what_is_in_the_air() -> None:
    flights, airport = Flights[str, int](), Airport()
    caller = asyncio.create_task(flights.join("a", airport.fly))
    await asyncio.sleep(0)
    await flights.aclose()

    with pytest.raises(asyncio.CancelledError):
        await caller
