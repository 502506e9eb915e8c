"""A vault of the lab that may be written to, without sockets, and the product's way into it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
from azure.keyvault.secrets._shared import http_challenge_cache

from keyferry.identity.credentials import Credentials
from keyferry.lab.azure import seed
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.world.faults import Faults
from keyferry.model.identity import ClientId, ServiceAccountRef, TenantId, WorkloadIdentity
from keyferry.model.secrets import ObjectKind, SecretName, SecretRef, VaultUrl
from keyferry.vault.client import Clients
from keyferry.vault.writing.writer import Writer
from tests.fakes import lab_azure
from tests.fakes.lab_session import ClusterTokens, LabSession, VirtualClock

VAULT = VaultUrl("https://kv-one.vault.azure.net")
OURS = {"managed-by": "external-secrets"}
ROLES = ("Key Vault Secrets Officer", "Key Vault Certificates Officer", "Key Vault Crypto Officer")


def ref(name: str, kind: ObjectKind = ObjectKind.SECRET) -> SecretRef:
    return SecretRef(vault_url=VAULT, name=SecretName(name), kind=kind)


def _identity(client: str, account: str) -> WorkloadIdentity:
    return WorkloadIdentity(
        tenant_id=TenantId(lab_azure.TENANT),
        client_id=ClientId(client),
        service_account=ServiceAccountRef(namespace="apps", name=account),
        authority_host="https://login.microsoftonline.com",
        audiences=(lab_azure.AUDIENCE,),
    )


OFFICER = _identity(lab_azure.OFFICER, "officer")
READER = _identity(lab_azure.READER, "kv-reader")


@dataclass(kw_only=True)
class Stage:
    """The pieces. `officer` may write everything in the vault, `reader` may read its secrets."""

    azure: Azure
    faults: Faults
    session: LabSession
    clients: Clients
    writer: Writer

    def counts(self) -> dict[str, int]:
        """Requests by operation and status, as `SecretSet 200`."""
        return {f"{each.operation} {each.status}": each.number for each in self.azure.counts()}


@asynccontextmanager
async def writing_stage(**vault: Any) -> AsyncIterator[Stage]:
    """Open it; `vault` changes the vault's entry in the seed."""
    http_challenge_cache.clear()  # the vendor keeps challenges for the whole process
    document = lab_azure.document()
    document["vaults"][0] |= vault
    document["roleAssignments"] += [{"identity": "officer", "role": role, "scope": "vaults/kv-one"} for role in ROLES]
    clock, faults = VirtualClock(), Faults()
    azure = Azure(seed.parse(document), clock.now(), lab_azure.sources())
    session = LabSession(azure, clock, faults)
    client_session = cast("aiohttp.ClientSession", session)
    credentials = Credentials(ClusterTokens(clock), client_session, clock)
    clients = Clients(credentials, client_session, clock)
    yield Stage(azure=azure, faults=faults, session=session, clients=clients, writer=Writer(clients))
    clients.close()
    await credentials.aclose()
