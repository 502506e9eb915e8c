"""Ten minutes in which every fifth request goes wrong: nothing is missed, nothing is mixed up, nothing is overrun.

The product's reader, credentials and lanes run unchanged, with the vendor's clients, in virtual time against the lab's
Azure.
"""

import asyncio
import json
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import aiohttp
import pytest
from azure.keyvault.secrets._shared import http_challenge_cache

from keyferry.identity.credentials import Credentials
from keyferry.kube.controller.backoff import Backoff
from keyferry.lab.azure import seed
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.world.chance import Chance
from keyferry.lab.world.faults import Fault, Faults, Kind, Rule, Service
from keyferry.model.errors import KeyferryError, Unavailable
from keyferry.model.identity import ClientId, Identity, ServiceAccountRef, TenantId, WorkloadIdentity
from keyferry.model.secrets import SecretName, SecretRef, VaultUrl
from keyferry.vault.reader import Reader
from keyferry.vault.throttle import Budget
from tests.fakes import lab_azure, virtual_time
from tests.fakes.lab_session import ClusterTokens, LabSession, VirtualClock

MINUTES = 10
SECRETS = 60
SITES = 3
LIMIT = 400  # of the vault in ten seconds: a tenth of the real one, for a tenth of the secrets
WINDOW = 10.0
QUIET = 90.0  # after the last rotation: two of the longest intervals, and a backoff
VAULT = VaultUrl("https://kv-chaos.vault.azure.net")
TENANT = lab_azure.TENANT
ADMINISTRATOR = "55555555-5555-4555-8555-555555555555"
EACH = 0.04  # of so many requests; there are five ways to go wrong

WAYS = (
    Fault(kind=Kind.STATUS, status=429, retry_after=timedelta(seconds=2)),
    Fault(kind=Kind.STATUS, status=503),
    Fault(kind=Kind.RESET),
    Fault(kind=Kind.STALL),
    Fault(kind=Kind.GARBAGE),
)


def _client(site: int) -> str:
    return f"44444444-4444-4444-8444-{site:012}"


def _document() -> dict[str, Any]:
    return {
        "tenants": [{"id": TENANT}],
        "vaults": [
            {
                "name": "kv-chaos",
                "lab": {"otherPer10s": LIMIT, "setsPer10s": 300},
                "secrets": {_name(number): {"random": 8} for number in range(SECRETS)},
            }
        ],
        "identities": [_declared(site) for site in range(SITES)],
        "applications": [{"name": "administrator", "clientId": ADMINISTRATOR, "secrets": [{"value": "proof"}]}],
        "roleAssignments": [
            *(
                {"identity": f"site-{site}", "role": "Key Vault Secrets User", "scope": "vaults/kv-chaos"}
                for site in range(SITES)
            ),
            {"identity": "administrator", "role": "Key Vault Secrets Officer", "scope": "vaults/kv-chaos"},
        ],
    }


def _declared(site: int) -> dict[str, Any]:
    credential = {
        "name": "cluster",
        "issuer": lab_azure.ISSUER,
        "subject": f"system:serviceaccount:site-{site}:reader",
        "audiences": [lab_azure.AUDIENCE],
    }
    return {"name": f"site-{site}", "clientId": _client(site), "federatedCredentials": [credential]}


def _name(number: int) -> str:
    return f"secret-{number:03}"


def _identity(site: int) -> WorkloadIdentity:
    return WorkloadIdentity(
        tenant_id=TenantId(TENANT),
        client_id=ClientId(_client(site)),
        service_account=ServiceAccountRef(namespace=f"site-{site}", name="reader"),
        authority_host="https://login.microsoftonline.com",
        audiences=(lab_azure.AUDIENCE,),
    )


class Administrator:
    """Rotates secrets; nothing goes wrong on its way."""

    def __init__(self, session: LabSession) -> None:
        self._session = session
        self._token = ""
        self.newest: dict[str, str] = {}

    async def rotate(self, name: str, value: str) -> None:
        answer = await self._put(name, value)
        if answer.status == 401:
            self._token = await self._new_token()
            answer = await self._put(name, value)
        if answer.status == 200:  # the vault's own limit may say no, as to everybody
            self.newest[name] = value

    async def _put(self, name: str, value: str) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        url = f"{VAULT}/secrets/{name}?api-version=7.6"
        return await self._session.request("PUT", url, headers=headers, data=json.dumps({"value": value}))

    async def _new_token(self) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": ADMINISTRATOR,
            "client_secret": "proof",
            "scope": lab_azure.VAULT_SCOPE,
        }
        url = f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await self._session.request("POST", url, headers=headers, data=form)
        return str(json.loads(await answer.read())["access_token"])


@dataclass(kw_only=True)
class Consumer:
    """Keeps one secret in step as a reconciler does: when due, when woken, and after a failure."""

    reader: Reader
    clock: VirtualClock
    identity: Identity
    ref: SecretRef
    interval: timedelta
    holds: str = ""
    failures: int = 0
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    backoff: Backoff[str] = field(default_factory=lambda: Backoff(longest=timedelta(seconds=20)))

    async def run(self) -> None:
        while True:
            self.woken.clear()
            pause = await self._look()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.woken.wait(), pause)

    async def _look(self) -> float:
        try:
            found = await self.reader.read(self.identity, self.ref, interval=self.interval, fresh=not self.holds)
        except KeyferryError as failure:
            self.failures += 1
            asked = failure.retry_after if isinstance(failure, Unavailable) else None
            return (asked or self.backoff.failed("", 0.5)).total_seconds()
        self.backoff.forget("")
        self.holds = found.bundle.value.reveal().decode()
        return max(0.0, (found.at + self.interval - self.clock.now()).total_seconds())


@pytest.fixture(autouse=True)
def _challenges() -> Iterator[None]:
    http_challenge_cache.clear()  # the vendor keeps challenges for the whole process
    yield
    http_challenge_cache.clear()


@pytest.mark.parametrize("chance", [1, 2])
def test_after_ten_minutes_of_faults_everybody_holds_the_newest_value(chance: int) -> None:
    virtual_time.run(_story(Chance(chance)))


async def _story(chance: Chance) -> None:
    clock = VirtualClock()
    azure = Azure(seed.parse(_document()), clock.now(), lab_azure.sources())
    faults = Faults(chance)
    for service in (Service.VAULT, Service.ENTRA):
        for way in WAYS:
            faults.add(service, Rule(fault=way, rate=EACH))
    session = LabSession(azure, clock, faults)
    wire = cast("aiohttp.ClientSession", session)
    credentials = Credentials(ClusterTokens(clock), wire, clock)
    reader = Reader(credentials, wire, clock, budget=Budget(limit=LIMIT))
    administrator = Administrator(LabSession(azure, clock))
    consumers = _consumers(reader, clock)
    reader.on_change(lambda identity, ref: _wake(consumers, identity, ref))
    tasks = [asyncio.create_task(consumer.run()) for consumer in consumers]
    await _rotate(administrator, reader, chance)
    await asyncio.sleep(QUIET)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await reader.aclose()
    await credentials.aclose()
    _judge(session, administrator, consumers)


def _consumers(reader: Reader, clock: VirtualClock) -> list[Consumer]:
    return [
        Consumer(
            reader=reader,
            clock=clock,
            identity=_identity(site),
            ref=SecretRef(vault_url=VAULT, name=SecretName(_name(number))),
            interval=timedelta(seconds=(10, 20, 30)[number % 3]),
        )
        for site in range(SITES)
        for number in range(SECRETS)
    ]


def _wake(consumers: list[Consumer], identity: Identity, ref: SecretRef) -> None:
    for consumer in consumers:
        if (consumer.identity, consumer.ref.name) == (identity, ref.name):
            consumer.woken.set()


async def _rotate(administrator: Administrator, reader: Reader, chance: Chance) -> None:
    """Set a secret every second or so, often the same one twice within a second; half of all events get lost."""
    loop = asyncio.get_running_loop()
    end = loop.time() + MINUTES * 60
    while loop.time() < end:
        name = _name(int(chance.next() * SECRETS))
        for _ in range(1 + (chance.next() < 0.5)):
            await administrator.rotate(name, secrets.token_hex(8))
            if chance.next() < 0.5:
                reader.woken(VAULT, SecretName(name))
            await asyncio.sleep(0.2)
        await asyncio.sleep(2 * chance.next())


def _judge(session: LabSession, administrator: Administrator, consumers: list[Consumer]) -> None:
    stale = [
        (consumer.identity.client_id, consumer.ref.name)
        for consumer in consumers
        if consumer.ref.name in administrator.newest and consumer.holds != administrator.newest[consumer.ref.name]
    ]
    assert stale == []
    assert all(consumer.holds for consumer in consumers)
    assert len(administrator.newest) == SECRETS, "every secret was rotated"
    assert session.broken > len(session.sent) * 0.1, "things did go wrong"
    assert any(consumer.failures for consumer in consumers)
    times = list(session.sent)
    first = 0
    for last, at in enumerate(times):
        while times[first] <= at - WINDOW:
            first += 1
        assert last - first + 1 <= LIMIT * 0.75, "the budget of first reads is the most that a window may hold"
