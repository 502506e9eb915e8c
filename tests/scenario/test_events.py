"""A rotation that Event Grid tells of: from the vault through the door to the operator, and into the Secret."""

import os
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from azure.core.exceptions import HttpResponseError
from azure.mgmt.eventgrid.aio import EventGridManagementClient
from azure.mgmt.eventgrid.models import (
    RetryPolicy,
    StaticDeliveryAttributeMapping,
)

from keyferry.cli import engineer
from keyferry.cli.session import Session, open_session
from keyferry.identity.http import Proxies, SharedTransport
from keyferry.identity.http import open_session as open_http
from keyferry.lab.azure.eventgrid.knobs import Knobs
from keyferry.lab.azure.seed import parse
from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.issuers import Entry
from keyferry.lab.serve.lab import Lab
from keyferry.lab.serve.options import Options
from tests.fakes import tls_terminator
from tests.fakes.tls_terminator import Terminator
from tests.scenario.stage import CANARY, TENANT
from tests.scenario.street import EVENT_GRID, HOST, URL, Street, replica

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLOUD_EVENTS = "CloudEventSchemaV1_0"
FIRST_WAIT = timedelta(seconds=10)
BUSY_WAIT = timedelta(seconds=30)
KEY = "a-key-of-events-that-nobody-may-see"
AUDIENCE = "api://keyferry-events"
PROTECTED: Mapping[str, Any] = {
    "azure_active_directory_tenant_id": TENANT,
    "azure_active_directory_application_id_or_uri": AUDIENCE,
}
BY_HEADER: Mapping[str, Any] = {
    "delivery_attribute_mappings": [StaticDeliveryAttributeMapping(name="X-Keyferry-Key", value=KEY)]
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def door() -> AsyncIterator[tuple[Terminator, str]]:
    """The terminator, and the authority of its certificate, which only this module knows."""
    authority = Authority(datetime.now(UTC))  # noqa: TID251  (real sockets live in real time)
    async with tls_terminator.running(authority.server_context(HOST)) as terminator:
        yield terminator, authority.certificate_pem.decode()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def session(
    folder: Path, seed: dict[str, Any], environment: Mapping[str, str], door: tuple[Terminator, str]
) -> AsyncIterator[Session]:
    """A lab whose Event Grid finds the door, and trusts it."""
    endpoint = Entry(url=f"https://{HOST}/", address=door[0].address)
    options = Options(endpoints=(endpoint,), endpoint_ca=door[1])
    async with open_session(Lab(parse(seed), folder, options)) as opened:
        os.environ.update(opened.lab.environment)
        await opened.install()
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def street(session: Session, door: tuple[Terminator, str]) -> AsyncIterator[Street]:
    """Everything, with one operator that leads."""
    keys = session.lab.folder / "event-keys"
    keys.write_text(f"{KEY}\n")
    flags = ("--events-key-file", str(keys), "--events-audience", AUDIENCE, "--leader-elect")
    async with replica(session, *flags) as (stage, first), open_http() as http:
        door[0].backends = [first.events_port]
        person = stage.engineer.identity_of(engineer.NAME, engineer.ACCOUNT)
        async with EventGridManagementClient(
            stage.engineer.credentials.of(person),
            session.lab.seed.tenants[0].subscription_id,
            transport=SharedTransport(http, Proxies()),
            polling_interval=0.05,
        ) as management:
            yield Street(stage=stage, replica=first, flags=flags, door=door[0], management=management)
    log = (session.lab.folder / "operator.log").read_text()
    assert "events.handshake" in log
    assert [secret for secret in (CANARY, KEY, "eyJ") if secret in log] == []


@pytest.mark.parametrize(
    ("url", "schema", "destination"),
    [
        pytest.param(f"{URL}?key={KEY}", EVENT_GRID, {}, id="key-in-the-address"),
        pytest.param(URL, EVENT_GRID, BY_HEADER, id="key-in-a-header"),
        pytest.param(URL, EVENT_GRID, PROTECTED, id="token"),
        pytest.param(URL, EVENT_GRID, {**PROTECTED, "max_events_per_batch": 50}, id="token-and-batches"),
        pytest.param(f"{URL}?key={KEY}", CLOUD_EVENTS, {}, id="cloud-events-and-key"),
        pytest.param(URL, CLOUD_EVENTS, {**PROTECTED, "max_events_per_batch": 50}, id="cloud-events-token-and-batches"),
    ],
)
async def test_a_rotation_arrives_long_before_the_interval(
    street: Street, url: str, schema: str, destination: Mapping[str, Any], request: pytest.FixtureRequest
) -> None:
    key = await street.follows(f"way-{request.node.callspec.id}")
    async with street.subscribed(url, schema, **destination):
        await street.rotates(key)
        assert await street.answered(key.name, 1) == [200]


@pytest.mark.parametrize("schema", [EVENT_GRID, CLOUD_EVENTS])
async def test_a_subscription_with_a_wrong_key_is_not_made(street: Street, schema: str) -> None:
    with pytest.raises(HttpResponseError, match="validation"):
        async with street.subscribed(f"{URL}?key=guessed", schema):
            pass


async def test_what_is_told_twice_is_read_once(street: Street) -> None:
    key = await street.follows("told-twice")
    grid = street.lab.azure.grid
    before, grid.knobs = grid.knobs, Knobs(duplicate_every=1)
    try:
        async with street.subscribed(f"{URL}?key={KEY}"):
            read, ignored = street.reads(key.name), (await street.replica.activity())["event_ignored"]
            await street.rotates(key)
            assert await street.answered(key.name, 2) == [200, 200]
            assert street.reads(key.name) == read + 1
            assert (await street.replica.activity())["event_ignored"] == ignored + 1
    finally:
        grid.knobs = before


async def test_an_event_that_is_lost_costs_no_more_than_the_interval(street: Street) -> None:
    key = await street.follows("lost", refreshInterval="4s")
    async with street.subscribed(f"{URL}?key={KEY}", retry=RetryPolicy(max_delivery_attempts=1)):
        street.door.is_down = True
        try:
            await street.rotates(key)
            assert await street.answered(key.name, 1) == [None]
        finally:
            street.door.is_down = False


async def test_an_event_finds_its_way_once_the_door_is_open_again(street: Street) -> None:
    key = await street.follows("late")
    async with street.subscribed(f"{URL}?key={KEY}"):
        street.door.is_down = True
        try:
            await street.stage.rotate(key.name, f"{CANARY}-second")
            assert await street.answered(key.name, 1) == [None]
        finally:
            street.door.is_down = False
        street.lab.clock.advance(FIRST_WAIT)
        await street.stage.holding(key, PASSWORD=f"{CANARY}-second")
        assert await street.answered(key.name, 2) == [None, 200]


async def test_events_out_of_order_leave_the_newest_value(street: Street) -> None:
    key = await street.follows("reordered")
    grid = street.lab.azure.grid
    before, grid.knobs = grid.knobs, Knobs(unordered=True)
    try:
        async with street.subscribed(f"{URL}?key={KEY}"):
            street.door.is_down = True
            for value in (f"{CANARY}-second", f"{CANARY}-third"):
                await street.stage.rotate(key.name, value)
            await street.answered(key.name, 2)
            street.door.is_down = False
            street.lab.clock.advance(FIRST_WAIT)
            assert (await street.answered(key.name, 4))[2:] == [200, 200]
            await street.stage.holding(key, PASSWORD=f"{CANARY}-third")
    finally:
        grid.knobs, street.door.is_down = before, False


async def test_events_of_what_nobody_reads_go_nowhere(street: Street) -> None:
    async with street.subscribed(URL, **PROTECTED):
        unknown = (await street.replica.activity())["event_unknown"]
        await street.stage.rotate("nobody-s", "unread")
        assert await street.answered("nobody-s", 1) == [200]
        assert (await street.replica.activity())["event_unknown"] == unknown + 1
        assert street.reads("nobody-s") == 0


async def test_a_replica_without_the_lease_sends_events_on_to_another_try(street: Street) -> None:
    key = await street.follows("two-replicas")
    async with replica(street.stage.session, *street.flags) as (_, standby), street.subscribed(URL, **PROTECTED):
        street.door.backends.insert(0, standby.events_port)
        await street.stage.rotate(key.name, f"{CANARY}-second")
        assert await street.answered(key.name, 1) == [503]
        assert (await standby.deliveries())["503"] == 1
        street.lab.clock.advance(BUSY_WAIT)
        await street.stage.holding(key, PASSWORD=f"{CANARY}-second")
        assert await street.answered(key.name, 2) == [503, 200]
        street.door.backends.remove(standby.events_port)
