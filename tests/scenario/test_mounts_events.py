"""A rotation that Event Grid tells of reaches mounted files through the operator, long before the next look."""

import os
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from azure.mgmt.eventgrid.aio import EventGridManagementClient

from keyferry.cli import engineer
from keyferry.cli.session import Session, open_session
from keyferry.identity.http import Proxies, SharedTransport
from keyferry.identity.http import open_session as open_http
from keyferry.lab.azure.seed import parse
from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.issuers import Entry
from keyferry.lab.serve.lab import Lab
from keyferry.lab.serve.options import Options
from keyferry.mount.cluster.kinds import CLASSES
from tests.fakes import tls_terminator
from tests.fakes.tls_terminator import Terminator
from tests.scenario import mount_manifests
from tests.scenario.mount_manifests import pod, secret_class
from tests.scenario.mount_stage import MountStage
from tests.scenario.stage import CANARY
from tests.scenario.street import HOST, URL, Street, replica

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEY = "a-key-of-events-that-nobody-may-see"
SELDOM = ("--rotation-poll-interval", "1h")


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The stage's."""
    return mount_manifests.seed()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def door() -> AsyncIterator[tuple[Terminator, str]]:
    """What stands before the operator, and its certificate's authority."""
    authority = Authority(datetime.now(UTC))  # noqa: TID251  (real sockets live in real time)
    async with tls_terminator.running(authority.server_context(HOST)) as terminator:
        yield terminator, authority.certificate_pem.decode()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def session(
    folder: Path, seed: dict[str, Any], environment: Mapping[str, str], door: tuple[Terminator, str]
) -> AsyncIterator[Session]:
    """A lab with a node, whose Event Grid finds the door."""
    endpoint = Entry(url=f"https://{HOST}/", address=door[0].address)
    options = Options(endpoints=(endpoint,), endpoint_ca=door[1], nodes=1)
    async with open_session(Lab(parse(seed), folder, options)) as opened:
        os.environ.update(opened.lab.environment)
        await opened.install()
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mounts(session: Session) -> AsyncIterator[MountStage]:
    """A node whose plugin looks at its volumes once in an hour."""
    async with MountStage.open(session, *SELDOM) as stage:
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def street(session: Session, door: tuple[Terminator, str], mounts: MountStage) -> AsyncIterator[Street]:
    """The operator, to which the vault's events come."""
    keys = session.lab.folder / "event-keys"
    keys.write_text(f"{KEY}\n")
    flags = ("--events-key-file", str(keys))
    async with replica(session, *flags) as (stage, first), open_http() as http:
        door[0].backends = [first.events_port]
        person = stage.engineer.identity_of(engineer.NAME, engineer.ACCOUNT)
        subscription = session.lab.seed.tenants[0].subscription_id
        async with EventGridManagementClient(
            stage.engineer.credentials.of(person),
            subscription,
            transport=SharedTransport(http, Proxies()),
            polling_interval=0.05,
        ) as management:
            made = Street(stage=stage, replica=first, flags=flags, door=door[0], management=management)
            async with made.subscribed(f"{URL}?key={KEY}"):
                yield made


async def test_an_event_reaches_the_files_in_an_instant(street: Street, mounts: MountStage) -> None:
    await mounts.prepare("one")
    await mounts.apply(secret_class("one"), pod("one", "web"))
    await mounts.shows("one", "web", {"db-password": f"{CANARY}-db", "api-key": f"{CANARY}-api"})
    before = mounts.vault.gets("db-password"), mounts.vault.gets("api-key")
    await mounts.vault.rotate("db-password", f"{CANARY}-second")
    await mounts.shows("one", "web", {"db-password": f"{CANARY}-second", "api-key": f"{CANARY}-api"})
    await mounts.told("one", "MountRotationComplete", "new content in db-password", name="web")
    assert (mounts.vault.gets("db-password") - before[0], mounts.vault.gets("api-key") - before[1]) == (1, 0)
    found = await mounts.read(CLASSES, "one", "secrets")
    assert found is not None
    assert "db-password" in found["metadata"]["annotations"]["keyferry.io/changed"]


async def test_events_one_after_another_all_arrive(street: Street, mounts: MountStage) -> None:
    await mounts.prepare("two")
    await mounts.apply(secret_class("two"), pod("two", "web"))
    await mounts.runs("two", "web")
    for number in range(4):
        await mounts.vault.rotate("api-key", f"{CANARY}-{number}")
        await mounts.vault.rotate("db-password", f"{CANARY}-db-{number}")
    await mounts.shows("two", "web", {"api-key": f"{CANARY}-3", "db-password": f"{CANARY}-db-3"})
    await mounts.shows("one", "web", {"api-key": f"{CANARY}-3", "db-password": f"{CANARY}-db-3"})
