"""What the contract of keyferry.vault is run on: the fake Azure, and the lab's, each set up in its own way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest
from azure.keyvault.secrets._shared import http_challenge_cache

from keyferry.identity.credentials import Credentials
from keyferry.identity.federation import audiences_of
from keyferry.identity.http import open_session
from keyferry.lab.world.faults import Fault, Kind, Rule, Service
from keyferry.model.identity import ClientId, ServiceAccountRef, TenantId, WorkloadIdentity
from keyferry.model.secrets import SecretValue, VaultUrl
from keyferry.runtime.clock import SystemClock
from keyferry.vault.client import Clients
from keyferry.vault.reader import Reader
from tests.fakes import azure_http, azure_world, lab_azure, vault_world
from tests.fakes.patience import PATIENCE
from tests.fakes.token_source import FakeToken

SETTLING_SECONDS = 5
ABSENT_VAULT = VaultUrl("https://kv-nowhere.vault.azure.net")
LAB_VAULT = VaultUrl("https://kv-one.vault.azure.net")
LAB_CLOSED_VAULT = VaultUrl("https://kv-two.vault.azure.net")
LAB_FOREIGN_VAULT = VaultUrl("https://kv-far.vault.azure.net")


class Subject(Protocol):
    """A running Azure and keyferry's way into it."""

    reader: Reader
    clients: Clients
    vault: VaultUrl
    closed_vault: VaultUrl  # of the same tenant; no role there
    foreign_vault: VaultUrl  # of another tenant
    identity: WorkloadIdentity  # may read and list `vault`
    untrusted: WorkloadIdentity  # has no federated credential
    misnamed: WorkloadIdentity  # has one, for another ServiceAccount

    async def put(self, name: str, value: str, *, enabled: bool = True) -> str:
        """Set a secret of `vault` and return its version."""
        ...

    def throttle(self, retry_after: float) -> None:
        """Answer the next request to a vault with 429."""
        ...

    def settle(self) -> None:
        """Let some seconds pass since the last change, by the vault's clock."""
        ...


@dataclass(kw_only=True)
class OnFake:
    """The fake Azure."""

    world: vault_world.World
    reader: Reader
    clients: Clients
    identity: WorkloadIdentity
    untrusted: WorkloadIdentity
    misnamed: WorkloadIdentity
    vault: VaultUrl = vault_world.VAULT
    closed_vault: VaultUrl = vault_world.CLOSED_VAULT
    foreign_vault: VaultUrl = vault_world.OTHER_VAULT
    times_settled: int = 0

    async def put(self, name: str, value: str, *, enabled: bool = True) -> str:
        return self.world.azure.put(vault_world.VAULT_HOST, name, value, enabled=enabled)

    def settle(self) -> None:
        """Move what is new into the past: its clock is the machine's. What comes later stays later."""
        self.times_settled += 1
        for versions in self.world.azure.vaults[vault_world.VAULT_HOST].secrets.values():
            for version in versions:
                if not version.attributes.setdefault("x-settled", False):
                    age = SETTLING_SECONDS * (10 - self.times_settled)
                    version.attributes["created"] -= age
                    version.attributes["updated"] -= age
                    version.attributes["x-settled"] = True

    def throttle(self, retry_after: float) -> None:
        self.world.azure.vault_faults.append(
            azure_http.Fault(429, '{"error":{"code":"Throttled","message":""}}', (("Retry-After", f"{retry_after:g}"),))
        )


@dataclass(kw_only=True)
class OnLab:
    """The lab's Azure."""

    world: azure_world.World
    reader: Reader
    clients: Clients
    identity: WorkloadIdentity
    untrusted: WorkloadIdentity
    misnamed: WorkloadIdentity
    vault: VaultUrl = LAB_VAULT
    closed_vault: VaultUrl = LAB_CLOSED_VAULT
    foreign_vault: VaultUrl = LAB_FOREIGN_VAULT

    async def put(self, name: str, value: str, *, enabled: bool = True) -> str:
        credential = self.world.credential(self.world.officer_token(), client_id=lab_azure.OFFICER)
        async with credential, self.world.secrets(credential) as client:
            made = await client.set_secret(name, value, enabled=enabled)
        http_challenge_cache.clear()  # the vendor keeps challenges for the whole process: keyferry starts cold
        assert made.properties.version is not None
        return made.properties.version

    def settle(self) -> None:
        self.world.clock.advance(timedelta(seconds=SETTLING_SECONDS))

    def throttle(self, retry_after: float) -> None:
        fault = Fault(kind=Kind.STATUS, status=429, retry_after=timedelta(seconds=retry_after))
        self.world.faults.put(Service.VAULT, Rule(fault=fault, remaining=1))


class LabTokens:
    """The lab's issuer as a source of tokens."""

    def __init__(self, world: azure_world.World) -> None:
        self._world = world

    async def create_token(
        self,
        account: ServiceAccountRef,
        audiences: tuple[str, ...],
        expiration: timedelta | None = None,
    ) -> FakeToken:
        expires: datetime = self._world.now() + (expiration or timedelta(hours=1))
        issued = int(self._world.now().timestamp())
        jwt = lab_azure.assertion(
            sub=f"system:serviceaccount:{account.namespace}:{account.name}",
            aud=list(audiences),
            iat=issued,
            nbf=issued,
            exp=int(expires.timestamp()),
        )
        return FakeToken(token=SecretValue(jwt.encode()), expires=expires)


@asynccontextmanager
async def on_fake(folder: Path, environment: pytest.MonkeyPatch) -> AsyncIterator[Subject]:
    """Run the suite's subject on the fake."""
    async with vault_world.vault_world(folder, environment) as world:
        identity = world.identity()
        world.grant()
        untrusted = world.identity("loner", client="dddddddd-0000-0000-0000-000000000004", trusted=False)
        world.azure.identities[vault_world.TENANT][untrusted.client_id] = []
        reader = Reader(world.credentials, world.session, world.clock, first_seconds=PATIENCE)
        yield OnFake(
            world=world,
            reader=reader,
            clients=reader.clients,
            identity=identity,
            untrusted=untrusted,
            misnamed=world.identity("apj", trusted=False),
        )
        await reader.aclose()


@asynccontextmanager
async def on_lab(folder: Path, environment: pytest.MonkeyPatch) -> AsyncIterator[Subject]:
    """Run the suite's subject on the lab."""
    async with azure_world.running(folder) as (world, proxy):
        environment.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        environment.delenv("NO_PROXY", raising=False)
        environment.delenv("no_proxy", raising=False)
        async with open_session(extra_ca=Path(world.ca_file)) as session:
            clock = SystemClock()
            credentials = Credentials(LabTokens(world), session, clock)
            reader = Reader(credentials, session, clock, first_seconds=PATIENCE)
            yield OnLab(
                world=world,
                reader=reader,
                clients=reader.clients,
                identity=_lab_identity(lab_azure.READER),
                untrusted=_lab_identity(lab_azure.LONER),
                misnamed=_lab_identity(lab_azure.READER, "system:serviceaccount:apps:kv-readef"),
            )
            await reader.aclose()
            await credentials.aclose()


def _lab_identity(client: str, subject: str = lab_azure.READER_SUBJECT) -> WorkloadIdentity:
    namespace, _, name = subject.removeprefix("system:serviceaccount:").partition(":")
    return WorkloadIdentity(
        tenant_id=TenantId(lab_azure.TENANT),
        client_id=ClientId(client),
        service_account=ServiceAccountRef(namespace=namespace, name=name),
        authority_host="https://login.microsoftonline.com",
        audiences=audiences_of("PublicCloud"),
    )
