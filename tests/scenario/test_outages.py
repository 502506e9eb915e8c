"""Azure fails in every way for a while: what was delivered stays, nobody is asked in a loop, and it heals by itself."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from keyferry.cli import looking
from keyferry.cli.session import Session
from keyferry.kube.wire import objects
from keyferry.kube.wire.objects import Key
from keyferry.lab.world.faults import Fault, Kind, Rule, Service
from keyferry.sync.kinds import EXTERNAL_SECRETS
from tests.scenario.failures import attempts, entry
from tests.scenario.stage import CANARY, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

VALUE = f"{CANARY}-db"
FAULTS = (
    Fault(kind=Kind.RESET),
    Fault(kind=Kind.STATUS, status=503),
    Fault(kind=Kind.STATUS, status=429, retry_after=timedelta(seconds=1)),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(session: Session) -> AsyncIterator[Stage]:
    """One operator that writes every line it has."""
    async with Stage.open(session, "--log-level", "debug") as opened:
        yield opened


async def test_an_outage_never_deletes(stage: Stage) -> None:
    await stage.prepare("nine")
    await stage.rotate("going", VALUE)
    key = await stage.put("nine", "going", data=entry("going"), target={"deletionPolicy": "Delete"})
    seen = await stage.holding(key, PASSWORD=VALUE)
    for service in (Service.VAULT, Service.ENTRA):
        for fault in FAULTS:
            stage.session.lab.faults.put(service, Rule(fault=fault))
            if service is Service.ENTRA:  # a new process has no token, so it must ask
                await stage.operator.kill()
                await stage.operator.start()
            await attempts(stage, key, 1)
            assert await looking.secret(stage.client, key) == seen
        stage.session.lab.faults.clear(service)
        await stage.ready(key)


async def test_a_failing_object_is_written_once_and_heals_by_itself(stage: Stage) -> None:
    await stage.prepare("ten")
    keys = [
        await stage.put("ten", f"k{number}", data=entry(name)) for number, name in enumerate(("api-key", "settings"))
    ]
    for key in keys:
        await stage.ready(key)
    stage.session.lab.faults.put(Service.VAULT, Rule(fault=Fault(kind=Kind.RESET)))
    try:
        for key, name in zip(keys, ("api-key", "settings"), strict=True):
            await stage.failing(key, f"reading secret {name} failed", "does not answer")
        versions = [await _version(stage, key) for key in keys]
        await asyncio.gather(*(attempts(stage, key, 3) for key in keys))
        assert [await _version(stage, key) for key in keys] == versions
    finally:
        stage.session.lab.faults.clear(Service.VAULT)
    for key in keys:
        await stage.ready(key)


async def test_no_value_was_told(stage: Stage) -> None:
    told = (stage.session.lab.folder / "operator.log").read_text()
    assert CANARY not in told
    assert "Traceback" not in told


async def _version(stage: Stage, key: Key) -> str:
    return await stage.client.get(EXTERNAL_SECRETS, key, lambda body: objects.partial(body).metadata.resource_version)
