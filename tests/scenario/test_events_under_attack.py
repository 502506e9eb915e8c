"""Whoever reaches the operator's events address can do no more than be refused: it works on, and tells no secret."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import RSAKey

from keyferry.cli import looking
from keyferry.cli.session import Session
from keyferry.lab.world.faults import Fault, Kind, Rule, Service
from tests.fakes.patience import PATIENCE, patient
from tests.scenario.stage import CANARY, READER, TENANT, Stage
from tests.scenario.street import Replica, replica

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEY = "a-key-of-events-that-nobody-may-see"
SILENT = 400
AUDIENCE = "api://keyferry-events"
MANY = 12_000


@dataclass(kw_only=True)
class Siege:
    """One operator and its two addresses."""

    stage: Stage
    replica: Replica
    http: aiohttp.ClientSession

    async def post(self, document: object, **headers: str) -> int:
        """Deliver something, and return the status."""
        url = f"http://127.0.0.1:{self.replica.events_port}/events"
        async with self.http.post(url, data=io.BytesIO(json.dumps(document).encode()), headers=headers) as answer:
            return answer.status

    async def raw(self, data: bytes) -> bytes:
        """Send bytes; return the first line of what comes back."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.replica.events_port)
        writer.write(data)
        try:
            async with patient():
                return await reader.readline()
        finally:
            writer.close()

    async def works(self, name: str) -> None:
        """See that it is healthy, and serves a new object."""
        for path in ("healthz", "readyz"):
            async with self.http.get(f"http://127.0.0.1:{self.replica.metrics_port}/{path}") as answer:
                assert answer.status == 200
        await self.stage.holding(await self.stage.put("one", name), PASSWORD=f"{CANARY}-db")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def siege(session: Session) -> AsyncIterator[Siege]:
    """An operator that takes events by key and by token; at the end its log is read."""
    keys = session.lab.folder / "event-keys"
    keys.write_text(f"{KEY}\n")
    flags = ("--events-key-file", str(keys), "--events-audience", AUDIENCE)
    async with replica(session, *flags) as (stage, made), aiohttp.ClientSession() as http:
        await stage.prepare("one")
        yield Siege(stage=stage, replica=made, http=http)
    log = (session.lab.folder / "operator.log").read_text()
    assert [secret for secret in (CANARY, KEY, "eyJ", "Traceback") if secret in log] == []


def event(name: str) -> dict[str, Any]:
    """One event, as it comes in a list."""
    data = {"VaultName": "kv-stage", "ObjectType": "Secret", "ObjectName": name}
    return {"eventType": "Microsoft.KeyVault.SecretNewVersionCreated", "data": data}


def forged(number: int) -> str:
    """A token that says all the right things, by a key that is not Entra's."""
    key = RSAKey.generate_key(2048, {"kid": f"forged-{number}"})
    return "Bearer " + jwt.encode({"alg": "RS256", "kid": key.kid}, {"aud": AUDIENCE}, key)


async def test_while_entra_is_out_of_reach_keys_count_and_tokens_come_again(siege: Siege) -> None:
    lab = siege.stage.session.lab
    genuine = "Bearer " + lab.azure.grid.tokens.bearer(TENANT, AUDIENCE, READER, lab.now())
    lab.faults.put(Service.ENTRA, Rule(fault=Fault(kind=Kind.STALL)))
    try:
        async with patient():
            late = asyncio.create_task(siege.post([event("db-password")], Authorization=genuine))
            assert await siege.post([event("db-password")], **{"X-Keyferry-Key": KEY}) == 200
            assert await late == 503
    finally:
        lab.faults.clear(Service.ENTRA)

    async def taken() -> bool | None:
        return await siege.post([event("db-password")], Authorization=genuine) == 200 or None

    await looking.until(taken, seconds=PATIENCE, what="a delivery by token")


async def test_silence_on_all_connections_leaves_the_operator_at_work(siege: Siege) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(SILENT):
            _, writer = await asyncio.open_connection("127.0.0.1", siege.replica.events_port)
            stack.callback(writer.close)
        await siege.works("besieged")

        async def delivered() -> bool | None:
            try:
                return await siege.post([event("nobody-s")], **{"X-Keyferry-Key": KEY}) == 200 or None
            except aiohttp.ClientError:
                return None

        await looking.until(delivered, seconds=PATIENCE, what="a delivery while others hold connections")


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(f"X-Keyferry-Key: {KEY}\x00\r\n\r\n", id="a-key-that-breaks-the-header"),
        pytest.param(f"X-Keyferry-Key: {KEY}{'x' * 20_000}\r\n\r\n", id="a-key-that-is-too-long"),
        pytest.param(f"X-Keyferry-Key: {KEY}\r\nTransfer-Encoding: chunked\r\n\r\n{KEY}\r\n", id="no-chunk"),
        pytest.param(f"X-Keyferry-Key: {KEY}\r\nContent-Length: 9\r\n\r\n{KEY[:9]}", id="no-json"),
        pytest.param(
            f"Content-Encoding: gzip\r\nX-Keyferry-Key: {KEY}\r\nContent-Length: 9\r\n\r\n{KEY[:9]}", id="no-gzip"
        ),
    ],
)
async def test_what_is_broken_is_refused(siege: Siege, rest: str) -> None:
    said = await siege.raw(f"POST /events?key={KEY} HTTP/1.1\r\nHost: a\r\n{rest}".encode())
    assert b" 400 " in said


async def test_thousands_of_hints_are_taken_in_one_breath(siege: Siege) -> None:
    many = [event(f"secret-{number}") for number in range(MANY)]
    assert await siege.post(many, **{"X-Keyferry-Key": KEY}) == 200
    assert await siege.post([event("db-password")] * MANY, **{"X-Keyferry-Key": KEY}) == 200
    await siege.works("after-the-hints")


async def test_forged_tokens_ask_entra_once(siege: Siege) -> None:
    tokens = [forged(number) for number in range(20)]
    answers = await asyncio.gather(*(siege.post([event("db-password")], Authorization=token) for token in tokens))
    assert set(answers) <= {401, 503}
    asked = [each for each in siege.stage.session.lab.azure.counts() if each.operation == "Discovery"]
    assert sum(each.number for each in asked if each.where == "login.microsoftonline.com") <= 2
