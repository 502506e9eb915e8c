"""A lab's Azure as a process of its own, and a reader that asks it, for measuring the vault library alone."""

import json
import os
import resource
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
import yaml
from azure.identity.aio import ClientSecretCredential
from azure.keyvault.secrets.aio import SecretClient

from keyferry.cli import looking
from keyferry.cli.lab_admin import LabAdmin
from keyferry.cli.processes import Process
from keyferry.identity.credentials import Credentials
from keyferry.identity.http import open_session
from keyferry.identity.tally import RequestKind
from keyferry.identity.tokens import ServiceAccountToken
from keyferry.model.errors import NotFound, Where
from keyferry.model.identity import ClientId, ServiceAccountRef, ServicePrincipal, TenantId
from keyferry.model.secrets import SecretName, SecretRef, SecretValue, VaultUrl
from keyferry.runtime.clock import SystemClock
from keyferry.vault.reader import Reader
from keyferry.vault.throttle import Budget

TENANT = "99999999-9999-4999-8999-999999999999"
VAULT = VaultUrl("https://kv-bench.vault.azure.net")
AUTHORITY = "https://login.microsoftonline.com"
UNLIMITED = 1_000_000
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What runs: the lab's folder, the session, a reader over it."""

    folder: Path
    session: aiohttp.ClientSession
    credentials: Credentials
    reader: Reader

    async def slow(self, service: str, seconds: float) -> None:
        """Let a service of the lab answer so much later."""
        async with LabAdmin(self.folder) as admin:
            await admin.put_fault(service, {"latencySeconds": seconds})

    def requests(self) -> dict[RequestKind, int]:
        """Return how many requests were sent, by kind."""
        found: dict[RequestKind, int] = {}
        for (kind, _), count in self.reader.counters.items():
            found[kind] = found.get(kind, 0) + count
        return found


class NoTokens:
    """There is no cluster here, and nobody asks it."""

    async def create_token(
        self, account: ServiceAccountRef, audiences: tuple[str, ...], expiration: timedelta | None = None
    ) -> ServiceAccountToken:
        """Raise NotFound: the identities of this world have a secret of their own."""
        raise NotFound(what=f"there is no cluster to sign a token of {account} for {audiences}, {expiration}")


def principal(number: int) -> ServicePrincipal:
    """Return the identity of one of the applications that the seed declares."""
    return ServicePrincipal(
        tenant_id=TenantId(TENANT),
        client_id=ClientId(_client(number)),
        authority_host=AUTHORITY,
        source=Where(kind="bench", name=f"app-{number}"),
        secret=SecretValue(_secret(number).encode()),
    )


def ref(number: int) -> SecretRef:
    """Return the reference of one of the secrets."""
    return SecretRef(vault_url=VAULT, name=SecretName(f"secret-{number:05}"))


@asynccontextmanager
async def azure(
    secrets: int, identities: int = 1, *, also: Mapping[str, Any] | None = None, flags: tuple[str, ...] = ()
) -> AsyncIterator[World]:
    """Serve a vault with so many secrets, which so many applications may read, without limits of its own.

    `also` goes into the seed, and `flags` to `keyferry lab azure`.
    """
    with TemporaryDirectory(prefix="kf-bench-") as name:
        folder = Path(name)
        seed = folder / "seed.yaml"
        seed.write_text(yaml.safe_dump(_seed(secrets, identities) | dict(also or {})))
        command = ["lab", "azure", "--seed", str(seed), "--dir", str(folder / "lab"), *flags]
        lab = Process(command, os.environ, folder / "lab.log")
        await lab.start()
        try:
            os.environ.update(await _environment(folder / "lab"))
            async with open_session() as session:
                clock = SystemClock()
                credentials = Credentials(NoTokens(), session, clock)
                reader = Reader(credentials, session, clock, budget=Budget(limit=UNLIMITED))
                yield World(folder=folder / "lab", session=session, credentials=credentials, reader=reader)
                await reader.aclose()
                await credentials.aclose()
        finally:
            await lab.stop()


@asynccontextmanager
async def vendor_client(ca: str) -> AsyncIterator[SecretClient]:
    """Give the vendor's client, with the rights of the first application."""
    async with (
        ClientSecretCredential(TENANT, _client(0), _secret(0), connection_verify=ca) as credential,
        SecretClient(str(VAULT), credential, connection_verify=ca) as client,
    ):
        yield client


async def rotate(numbers: list[int], ca: str) -> None:
    """Store a new version of each of these secrets, by the vendor's client."""
    async with vendor_client(ca) as client:
        for number in numbers:
            await client.set_secret(f"secret-{number:05}", f"value {time.time_ns()}")


def cpu_seconds() -> float:
    """Return the CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_mib() -> float:
    """Return the largest resident set of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def _environment(folder: Path) -> Mapping[str, str]:
    """Wait until the lab runs, and return the environment that leads to it."""
    facts = folder / "lab.json"
    await looking.until(lambda: _is_there(facts), seconds=START_SECONDS, what="the lab's Azure")
    found: Mapping[str, str] = json.loads(facts.read_text())["environment"]
    return found


async def _is_there(file: Path) -> bool | None:
    return os.access(file, os.R_OK) or None


def _seed(secrets: int, identities: int) -> dict[str, Any]:
    def application(number: int) -> dict[str, Any]:
        return {"name": f"app-{number}", "clientId": _client(number), "secrets": [{"value": _secret(number)}]}

    role = "Key Vault Secrets Officer"
    return {
        "tenants": [{"id": TENANT}],
        "vaults": [
            {
                "name": "kv-bench",
                "lab": {"otherPer10s": UNLIMITED, "setsPer10s": UNLIMITED},
                "secrets": {f"secret-{number:05}": {"random": 32} for number in range(secrets)},
            }
        ],
        "applications": [application(number) for number in range(identities)],
        "roleAssignments": [
            {"identity": f"app-{number}", "role": role, "scope": "vaults/kv-bench"} for number in range(identities)
        ],
    }


def _client(number: int) -> str:
    return f"44444444-4444-4444-8444-{number:012}"


def _secret(number: int) -> str:
    return f"bench-secret-{number}"
