from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest

from keyferry.lab.serve.imds import ImdsServer
from keyferry.lab.world import damage
from keyferry.lab.world.faults import Fault, Faults, Kind, Rule, Service
from tests.fakes import lab_azure

URL = "/metadata/versions"


@asynccontextmanager
async def served() -> AsyncIterator[tuple[str, Faults, aiohttp.ClientSession, list[object]]]:
    """The endpoint, its faults, a client, and what was counted."""
    azure, faults = lab_azure.azure(), Faults()
    server = ImdsServer(azure, now=lambda: lab_azure.NOW, faults=faults)
    await server.open()
    counted: list[object] = []
    async with aiohttp.ClientSession(headers={"Metadata": "true"}) as session:
        yield f"http://127.0.0.1:{server.port}{URL}", faults, session, counted
    counted.extend((count.where, count.operation, count.status) for count in azure.counts())
    await server.close()


async def test_it_answers_and_is_counted() -> None:
    async with served() as (url, _, session, counted), session.get(url) as answer:
        assert answer.status == 200
        assert answer.headers["Date"] == "Sun, 22 Nov 2026 12:00:00 GMT"
    assert counted == [("imds", "GET", 200)]


@pytest.mark.parametrize("status", [404, 410, 429, 500])
async def test_a_refusal_in_its_own_shape(status: int) -> None:
    async with served() as (url, faults, session, _):
        fault = Fault(kind=Kind.STATUS, status=status, retry_after=timedelta(seconds=3))
        faults.put(Service.IMDS, Rule(fault=fault))
        async with session.get(url) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (status, "3")
            assert "error_description" in await answer.json()


async def test_a_refusal_without_a_time() -> None:
    async with served() as (url, faults, session, _):
        faults.put(Service.IMDS, Rule(fault=Fault(kind=Kind.STATUS, status=429)))
        async with session.get(url) as answer:
            assert "Retry-After" not in answer.headers


async def test_an_outage_and_garbage() -> None:
    async with served() as (url, faults, session, _):
        faults.put(Service.IMDS, Rule(fault=Fault(kind=Kind.GARBAGE)))
        async with session.get(url) as answer:
            assert await answer.read() == damage.GARBAGE
        faults.put(Service.IMDS, Rule(fault=Fault(kind=Kind.RESET)))
        with pytest.raises(aiohttp.ClientError):
            await session.get(url)
