"""Azure fails in every way for a while: what was delivered stays, nobody is asked in a loop, and it heals by itself."""

import asyncio
from collections.abc import AsyncIterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from keyferry.cli import looking
from keyferry.cli.session import Session
from keyferry.kube.wire import objects
from keyferry.kube.wire.objects import Key
from keyferry.lab.world.faults import Fault, Kind, Rule, Service
from keyferry.sync.kinds import EXTERNAL_SECRETS
from tests.scenario.failures import attempts, entry
from tests.scenario.stage import CANARY, SEED, TENANT, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

VALUE = f"{CANARY}-db"

# Each of them happens to a vault of its own, all at once: most of the time is spent waiting.
OUTAGES: dict[str, tuple[Fault, tuple[str, ...]]] = {
    "throttled": (
        Fault(kind=Kind.STATUS, status=429, retry_after=timedelta(seconds=1)),
        ("fewer requests", "429"),
    ),
    "throttled-in-silence": (Fault(kind=Kind.STATUS, status=429), ("fewer requests",)),
    "out-of-order": (Fault(kind=Kind.STATUS, status=503), ("out of order",)),
    "dead": (Fault(kind=Kind.RESET), ("does not answer",)),
    "stalls": (Fault(kind=Kind.STALL), ("does not answer",)),
}


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The usual stage, and a vault for each outage."""
    made = deepcopy(SEED)
    for name in OUTAGES:
        made["vaults"].append({"name": _vault(name), "tenantId": TENANT, "secrets": {"db-password": {"value": VALUE}}})
        reading = {"identity": "reader", "role": "Key Vault Secrets User", "scope": f"vaults/{_vault(name)}"}
        made["roleAssignments"].append(reading)
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(session: Session) -> AsyncIterator[Stage]:
    """One operator that writes every line it has."""
    async with Stage.open(session, "--log-level", "debug") as opened:
        yield opened


async def test_an_outage_keeps_the_last_good_secret_and_passes(stage: Stage) -> None:
    keys = {}
    for name, namespace in zip(OUTAGES, ("one", "two", "three", "four", "five"), strict=True):
        await stage.prepare(namespace, vaultUrl=f"https://{_vault(name)}.vault.azure.net")
        keys[name] = await stage.put(namespace, name)
    good = {name: await stage.holding(key, PASSWORD=VALUE) for name, key in keys.items()}
    await asyncio.gather(*(stage.ready(key) for key in keys.values()))
    for name, (fault, _) in OUTAGES.items():
        rule = Rule(fault=fault, host=f"{_vault(name)}.vault.azure.net")
        stage.session.lab.faults.add(Service.VAULT, rule)
    try:
        await asyncio.gather(*(stage.failing(keys[name], *words) for name, (_, words) in OUTAGES.items()))
        assert {name: await looking.secret(stage.client, key) for name, key in keys.items()} == good
    finally:
        stage.session.lab.faults.clear()
    await asyncio.gather(*(stage.ready(key) for key in keys.values()))


async def test_an_outage_never_deletes(stage: Stage) -> None:
    await stage.prepare("nine")
    await stage.rotate("going", VALUE)
    key = await stage.put("nine", "going", data=entry("going"), target={"deletionPolicy": "Delete"})
    seen = await stage.holding(key, PASSWORD=VALUE)
    for service in (Service.VAULT, Service.ENTRA):
        for fault in (Fault(kind=Kind.RESET), Fault(kind=Kind.STATUS, status=503), Fault(kind=Kind.STATUS, status=429)):
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


def _vault(name: str) -> str:
    return f"kv-{name}"
