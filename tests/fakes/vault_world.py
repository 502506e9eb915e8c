"""What the identity and vault tests stand on: fake Azure, a proxy before it, a cluster's tokens, a session."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from keyferry.identity.credentials import Credentials
from keyferry.identity.federation import FederatedCredential, audiences_of
from keyferry.identity.http import open_session
from keyferry.model.identity import ClientId, ServiceAccountRef, TenantId, WorkloadIdentity
from keyferry.model.secrets import VaultUrl
from tests.fakes.azure_http import LOGIN_HOST, FakeAzure, FakeVault
from tests.fakes.connect_proxy import ConnectProxy
from tests.fakes.offset_clock import OffsetClock
from tests.fakes.token_source import ISSUER, FakeTokenSource

TENANT = "aaaaaaaa-0000-0000-0000-000000000001"
OTHER_TENANT = "bbbbbbbb-0000-0000-0000-000000000002"
CLIENT = "cccccccc-0000-0000-0000-000000000003"
VAULT_HOST = "kv-prod.vault.azure.net"
OTHER_HOST = "kv-other.vault.azure.net"
CLOSED_HOST = "kv-closed.vault.azure.net"
VAULT = VaultUrl(f"https://{VAULT_HOST}")
OTHER_VAULT = VaultUrl(f"https://{OTHER_HOST}")
CLOSED_VAULT = VaultUrl(f"https://{CLOSED_HOST}")


@dataclass(slots=True)
class World:
    """The pieces, and identities made to fit them."""

    clock: OffsetClock
    azure: FakeAzure
    proxy: ConnectProxy
    tokens: FakeTokenSource
    session: aiohttp.ClientSession
    credentials: Credentials

    def identity(
        self,
        name: str = "api",
        *,
        client: str = CLIENT,
        tenant: str = TENANT,
        trusted: bool = True,
    ) -> WorkloadIdentity:
        """Return an identity whose ServiceAccount exists; `trusted` also gives it the federated credential."""
        account = ServiceAccountRef(namespace="payments", name=name)
        self.tokens.accounts.add(account)
        identity = WorkloadIdentity(
            tenant_id=TenantId(tenant),
            client_id=ClientId(client),
            service_account=account,
            authority_host=f"https://{LOGIN_HOST}",
            audiences=audiences_of("PublicCloud"),
        )
        if trusted:
            credential = FederatedCredential(
                name=name, issuer=ISSUER, subject=identity.subject, audiences=identity.audiences
            )
            self.azure.identities.setdefault(tenant, {}).setdefault(client, []).append(credential)
        return identity

    def grant(self, client: str = CLIENT, host: str = VAULT_HOST) -> None:
        """Let `client` read and list the vault."""
        self.azure.vaults[host].readers.add(client)
        self.azure.vaults[host].listers.add(client)


@asynccontextmanager
async def vault_world(folder: Path, environment: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Start it all, with `HTTPS_PROXY` set; end it all."""
    clock = OffsetClock()
    azure = FakeAzure(clock)
    azure.identities = {TENANT: {CLIENT: []}, OTHER_TENANT: {}}
    azure.vaults = {VAULT_HOST: FakeVault(TENANT), OTHER_HOST: FakeVault(OTHER_TENANT), CLOSED_HOST: FakeVault(TENANT)}
    async with azure, ConnectProxy(azure.hosts) as proxy:
        environment.setenv("HTTPS_PROXY", proxy.url)
        environment.delenv("NO_PROXY", raising=False)
        environment.delenv("no_proxy", raising=False)
        tokens = FakeTokenSource(clock)
        async with open_session(extra_ca=azure.trust(folder)) as session:
            credentials = Credentials(tokens, session, clock)
            yield World(clock, azure, proxy, tokens, session, credentials)
            await credentials.aclose()
