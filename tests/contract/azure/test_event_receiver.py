"""The product's receiver and the lab's Event Grid: two readings of one specification that meet on a socket."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import urlencode

import aiohttp
import pytest

from keyferry.lab.azure.eventgrid import source
from keyferry.lab.azure.eventgrid.definition import Definition, DeliveryAttribute, Schema, WebHook
from keyferry.lab.azure.eventgrid.state import Provisioning
from keyferry.lab.serve import events
from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.events import Deliverer
from keyferry.lab.serve.issuers import Address
from keyferry.lab.serve.listener import Listener
from keyferry.lab.world.http import Request, Response
from keyferry.model.secrets import ObjectKind, SecretValue
from keyferry.vault.events.access import KEY_HEADER
from keyferry.vault.events.hints import Hint
from keyferry.vault.events.receiver import Gate, Receiver
from tests.fakes import lab_azure
from tests.fakes.azure_world import World
from tests.fakes.offset_clock import OffsetClock
from tests.fakes.patience import patient

HOST = "events.example"
KEY = "correct-horse"


class Site:
    """A receiver behind a gateway that ends TLS, and what it heard."""

    def __init__(self) -> None:
        self.hints: asyncio.Queue[Collection[Hint]] = asyncio.Queue()
        self.receiver = Receiver(
            Gate(keys=(SecretValue(KEY.encode()),)), OffsetClock(), self.hints.put_nowait, lambda: True
        )
        self.answers: asyncio.Queue[int] = asyncio.Queue()

    async def forward(self, request: Request) -> Response:
        """Pass a request on as a gateway does."""
        url = f"http://127.0.0.1:{self.receiver.port}{request.path}?{urlencode(request.query)}"
        kept = {name: value for name, value in request.headers.items() if name not in ("host", "content-length")}
        async with (
            aiohttp.ClientSession() as session,
            session.request(request.method, url, headers=kept, data=request.body or None) as answer,
        ):
            body = await answer.read()
        self.answers.put_nowait(answer.status)
        return Response(status=answer.status, headers=tuple(answer.headers.items()), body=body)


@asynccontextmanager
async def _site(world: World) -> AsyncIterator[Site]:
    site, authority = Site(), Authority(world.now() - timedelta(minutes=1))
    gateway = Listener(site.forward, world.now)
    await site.receiver.open("127.0.0.1:0")
    await gateway.open(context=authority.server_context(HOST))
    deliverer = Deliverer(
        world.azure.grid,
        now=world.now,
        faults=world.faults,
        trust=events.trust(authority.certificate_pem),
        where=lambda _: Address(host="127.0.0.1", port=gateway.port),
    )
    await deliverer.open()
    try:
        yield site
    finally:
        await deliverer.close()
        await gateway.close()
        await site.receiver.close()


def _subscribe(world: World, destination: WebHook, schema: Schema) -> None:
    vault = world.azure.vaults.by_name("kv-one")
    assert vault is not None
    resource_id = f"{vault.resource_id}/providers/Microsoft.EventGrid/eventSubscriptions/mine"
    definition = Definition(destination=destination, schema=schema)
    world.azure.grid.subscriptions.put(resource_id, source.of(vault), definition, world.now())
    world.azure.grid.changed()


async def _set_secret(world: World) -> str:
    async with (
        world.credential(world.officer_token(), client_id=lab_azure.OFFICER) as credential,
        world.secrets(credential) as client,
    ):
        return (await client.set_secret("db-password", "second")).properties.version or ""


BY_QUERY = WebHook(url=f"https://{HOST}/events?key={KEY}")
BY_HEADER = WebHook(
    url=f"https://{HOST}/events", attributes=(DeliveryAttribute(name=KEY_HEADER, value=KEY, secret=True),)
)


@pytest.mark.parametrize("schema", [pytest.param(schema, id=schema.value) for schema in Schema])
@pytest.mark.parametrize(
    "hook",
    [
        pytest.param(BY_QUERY, id="key-in-the-query"),
        pytest.param(BY_HEADER, id="key-in-a-header"),
        pytest.param(WebHook(url=BY_QUERY.url, max_events=10), id="batches"),
    ],
)
async def test_a_new_version_arrives_as_a_hint(world: World, hook: WebHook, schema: Schema) -> None:
    async with _site(world) as site, patient():
        _subscribe(world, hook, schema)
        assert await site.answers.get() == 200
        version = await _set_secret(world)
        (hint,) = await site.hints.get()
    assert (hint.vault, hint.kind, hint.name, hint.version) == ("kv-one", ObjectKind.SECRET, "db-password", version)


async def test_without_the_key_the_handshake_fails(world: World) -> None:
    async with _site(world) as site, patient():
        _subscribe(world, WebHook(url=f"https://{HOST}/events?key=wrong"), Schema.EVENT_GRID)
        assert await site.answers.get() == 401
    (known,) = world.azure.grid.state.subscriptions.values()
    assert known.provisioning is Provisioning.FAILED
