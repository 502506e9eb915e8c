"""Every request on the wire takes its turn and is counted."""

import asyncio

import pytest
from azure.core.exceptions import AzureError
from azure.core.rest import HttpRequest

from keyferry.identity.http import Proxies, SharedTransport
from keyferry.identity.tally import Outcome, RequestKind, Tally
from keyferry.vault import wire
from keyferry.vault.lane import CONCURRENCY, Lane
from tests.fakes.azure_http import Fault
from tests.fakes.vault_world import VAULT, World

REQUEST = HttpRequest("GET", f"{VAULT}/secrets/x?api-version=7.4")


def transport(world: World, tally: Tally) -> wire.LaneTransport:
    return wire.LaneTransport(SharedTransport(world.session, Proxies()), Lane(VAULT), tally)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param(Fault(200, '{"value": []}'), (RequestKind.LIST, Outcome.OK), id="ok"),
        pytest.param(Fault(401, "{}"), (RequestKind.CHALLENGE, Outcome.OK), id="challenge"),
        pytest.param(Fault(403, "{}"), (RequestKind.LIST, Outcome.REFUSED), id="refused"),
        pytest.param(Fault(404, "{}"), (RequestKind.LIST, Outcome.NOT_FOUND), id="not-found"),
        pytest.param(Fault(500, "{}"), (RequestKind.LIST, Outcome.UNAVAILABLE), id="out-of-order"),
    ],
)
async def test_counts_by_kind_and_outcome(world: World, fault: Fault, expected: tuple[RequestKind, Outcome]) -> None:
    tally = Tally()
    world.azure.vault_faults.append(fault)
    sender = transport(world, tally)
    async with sender:
        await sender.send(REQUEST, **{wire.KIND: RequestKind.LIST})

    assert tally.snapshot() == {expected: 1}


async def test_a_request_without_an_answer_counts_and_frees_its_place(world: World) -> None:
    tally = Tally()
    sender = transport(world, tally)
    world.azure.vault_faults.extend([Fault(0)] * 2 * (CONCURRENCY + 1))  # aiohttp repeats each once by itself
    for _ in range(CONCURRENCY + 1):
        with pytest.raises(AzureError):
            await sender.send(REQUEST)

    assert tally.snapshot() == {(RequestKind.GET, Outcome.UNAVAILABLE): CONCURRENCY + 1}


async def test_a_cancelled_request_frees_its_place(world: World) -> None:
    sender = transport(world, Tally())
    world.azure.latency = 30
    tasks = [asyncio.create_task(sender.send(REQUEST)) for _ in range(CONCURRENCY)]
    await world.proxy.connected.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    world.azure.latency = 0

    assert (await sender.send(REQUEST)).status_code == 401


async def test_a_link_to_another_host_is_not_followed(world: World) -> None:
    elsewhere = HttpRequest("GET", "https://evil.example/secrets?$skiptoken=x")
    with pytest.raises(ValueError, match="another host"):
        await transport(world, Tally()).send(elsewhere, **{wire.KIND: RequestKind.LIST})
    assert not world.proxy.connects


async def test_a_link_may_name_the_port(world: World) -> None:
    assert (await transport(world, Tally()).send(HttpRequest("GET", f"{VAULT}:443/secrets"))).status_code == 401
