"""How long a rotated value needs to its Secret: by the refresh interval, and when a person asks for it."""

import os
import secrets
import statistics
import time

import msgspec

from bench.world import NAMESPACE, VAULT, world
from keyferry.cli import looking
from keyferry.cli.engineer import Engineer, read_facts
from keyferry.cli.looking import Seen
from keyferry.cli.session import Session
from keyferry.identity.http import open_session
from keyferry.kube.wire.objects import Key
from keyferry.model.secrets import SecretValue
from keyferry.sync.kinds import EXTERNAL_SECRETS

INTERVAL_SECONDS = 2
OBJECT = Key(namespace=NAMESPACE, name="object-00000")
ENTRY = "PASSWORD"


async def measure(rotations: int) -> None:
    """Print the waits of `rotations` rotations of each kind."""
    async with world(10, f"{INTERVAL_SECONDS}s") as (session, operator), open_session_in(session) as engineer:
        await operator.start()
        await looking.until(lambda: looking.secret(session.client, OBJECT), seconds=60, what="the first Secret")
        polled = [await one(session, engineer, ask=False) for _ in range(rotations)]
        asked = [await one(session, engineer, ask=True) for _ in range(rotations)]
    print(f"rotation to updated Secret, vault 20 ms, {rotations} times each")
    print(f"  by refreshInterval {INTERVAL_SECONDS} s             {spread(polled)}")
    print(f"  by the force-sync annotation      {spread(asked)}")


def open_session_in(session: Session) -> "EngineerContext":
    """Give the platform engineer of the lab."""
    os.environ.update(session.lab.environment)
    return EngineerContext(session)


class EngineerContext:
    """The engineer with its HTTP session, for `async with`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def __aenter__(self) -> Engineer:
        self._http = open_session()
        self._engineer = Engineer(read_facts(self._session.lab.folder), self._session.client, self._http)
        await self._engineer.arrive()
        return self._engineer

    async def __aexit__(self, *_: object) -> None:
        await self._engineer.credentials.aclose()
        await self._http.close()


async def one(session: Session, engineer: Engineer, *, ask: bool) -> float:
    """Rotate once; return the seconds until the Secret has the new value."""
    value = secrets.token_urlsafe(24)
    digest = SecretValue(value.encode()).digest()
    await engineer.set_secret(f"https://{VAULT}.vault.azure.net", "secret-00000", value)
    started = time.perf_counter()
    if ask:
        patch = {"metadata": {"annotations": {"external-secrets.io/force-sync": secrets.token_hex(4)}}}
        await session.client.merge_patch(EXTERNAL_SECRETS, OBJECT, msgspec.json.encode(patch))

    async def look() -> Seen | None:
        seen = await looking.secret(session.client, OBJECT)
        return seen if seen is not None and seen.digests.get(ENTRY) == digest else None

    await looking.until(look, seconds=30, what="the new value")
    return time.perf_counter() - started


def spread(seconds: list[float]) -> str:
    """Return minimum, median and maximum."""
    return f"min {min(seconds):6.3f} s   median {statistics.median(seconds):6.3f} s   max {max(seconds):6.3f} s"
