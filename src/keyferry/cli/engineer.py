"""The platform engineer of a lab: rotates values and edits federated credentials, with a token like any pod's.

Nothing here is a short cut: a ServiceAccount's token, Entra, then Key Vault's or ARM's own API over the lab's proxy.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp
import msgspec
from azure.core.exceptions import AzureError
from azure.keyvault.secrets.aio import SecretClient

from keyferry.identity.credentials import Credentials
from keyferry.identity.federation import FederatedCredential
from keyferry.identity.http import Proxies, SharedTransport, open_session
from keyferry.kube import config
from keyferry.kube.client import Client
from keyferry.kube.manifests import Manifests
from keyferry.model.errors import GrantError, NotFound, SpecError, foreign
from keyferry.model.identity import ClientId, ServiceAccountRef, TenantId, WorkloadIdentity
from keyferry.model.wellknown import CLIENT_ID_ANNOTATION, TOKEN_AUDIENCE
from keyferry.runtime.clock import SystemClock

NAME: Final = "platform-engineer"
ACCOUNT: Final = ServiceAccountRef(namespace="keyferry-lab", name=NAME)
ARM: Final = "https://management.azure.com"
ARM_SCOPE: Final = f"{ARM}/.default"
ARM_VERSION: Final = "2024-11-30"
AUTHORITY: Final = "https://login.microsoftonline.com"


class _Properties(msgspec.Struct):
    issuer: str
    subject: str
    audiences: list[str]


class _Credential(msgspec.Struct):
    name: str
    properties: _Properties


class _Page(msgspec.Struct):
    value: list[_Credential]


class _Told(msgspec.Struct):
    tenants: tuple[str, ...]
    identities: dict[str, dict[str, str]]
    environment: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the lab wrote of itself into `lab.json`: its tenants, its identities' ids, and how programs reach it."""

    tenants: tuple[str, ...]
    identities: Mapping[str, Mapping[str, str]]
    environment: Mapping[str, str]


def read_facts(folder: Path) -> Facts:
    """Read `lab.json`. NotFound when no lab runs in `folder`, SpecError when another version's lab does."""
    path = folder / "lab.json"
    try:
        told = msgspec.json.decode(path.read_bytes(), type=_Told)
    except OSError as refusal:
        raise NotFound(
            what=f"no lab runs in {folder}",
            cause="it has no lab.json",
            remedy="start one with `keyferry lab`, or name its folder with --dir",
        ) from refusal
    except msgspec.MsgspecError as refusal:
        raise SpecError(
            what=f"{path} was not written by this lab",
            cause=foreign(str(refusal)),
            remedy="start the lab again with this version of keyferry",
        ) from None
    return Facts(tenants=told.tenants, identities=told.identities, environment=told.environment)


class Engineer:
    """Acts in a running lab. The environment of this process must be the lab's (HTTPS_PROXY, SSL_CERT_FILE)."""

    def __init__(self, facts: Facts, client: Client, http: aiohttp.ClientSession) -> None:
        if NAME not in facts.identities:
            raise SpecError(
                what="the lab has no platform engineer",
                cause=f"its state declares no identity {NAME}",
                remedy="start the lab with the examples' own state, or declare that identity",
            )
        self._facts = facts
        self._client = client
        self._http = http
        self._proxies = Proxies()
        self.credentials = Credentials(client, http, SystemClock())
        self._identity = self.identity_of(NAME, ACCOUNT)

    def identity_of(self, name: str, account: ServiceAccountRef) -> WorkloadIdentity:
        """Return the identity `name` of the lab, as `account` would use it."""
        return WorkloadIdentity(
            tenant_id=TenantId(self._facts.tenants[0]),
            client_id=ClientId(self._facts.identities[name]["clientId"]),
            service_account=account,
            authority_host=AUTHORITY,
            audiences=(TOKEN_AUDIENCE,),
        )

    async def arrive(self) -> None:
        """Create the engineer's own ServiceAccount."""
        manifests = Manifests(self._client)
        annotations = {CLIENT_ID_ANNOTATION: self._identity.client_id}
        account = {"name": ACCOUNT.name, "namespace": ACCOUNT.namespace, "annotations": annotations}
        await manifests.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": ACCOUNT.namespace}})
        await manifests.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account})

    async def set_secret(self, vault_url: str, name: str, value: str) -> str:
        """Store a new version of a secret; return the version."""
        credential = self.credentials.of(self._identity)
        transport = SharedTransport(self._http, self._proxies)
        try:
            client = SecretClient(vault_url, credential, transport=transport, retry_total=2, retry_backoff_factor=0.1)
            stored = await client.set_secret(name, value)
        except AzureError as refusal:
            raise GrantError(
                what=f"{vault_url} did not take a new version of {name}",
                cause=foreign(type(refusal).__name__),
                remedy=f'give {NAME} the role "Key Vault Secrets Officer" on the vault, and see that the vault exists',
            ) from None
        return stored.properties.version or ""

    async def federated_credentials(self, identity: str) -> tuple[FederatedCredential, ...]:
        """Return what `identity` trusts, as ARM tells it."""
        page = msgspec.json.decode(await self._arm("GET", self._path(identity)), type=_Page)
        return tuple(
            FederatedCredential(
                name=item.name,
                issuer=item.properties.issuer,
                subject=item.properties.subject,
                audiences=tuple(item.properties.audiences),
            )
            for item in page.value
        )

    async def put_federated_credential(self, identity: str, credential: FederatedCredential) -> None:
        """Create or replace one federated credential of `identity`."""
        properties = {
            "issuer": credential.issuer,
            "subject": credential.subject,
            "audiences": list(credential.audiences),
        }
        await self._arm("PUT", f"{self._path(identity)}/{credential.name}", {"properties": properties})

    def _path(self, identity: str) -> str:
        return f"{self._facts.identities[identity]['resourceId']}/federatedIdentityCredentials"

    async def _arm(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> bytes:
        token = await self.credentials.of(self._identity).get_token_info(ARM_SCOPE)
        proxy = self._proxies.before("management.azure.com")
        async with self._http.request(
            method,
            f"{ARM}{path}",
            params={"api-version": ARM_VERSION},
            headers={"Authorization": f"Bearer {token.token}"},
            json=body,
            proxy=proxy.url if proxy else None,
        ) as answer:
            text = await answer.read()
            if answer.status >= 400:
                raise GrantError(
                    what=f"Azure Resource Manager refused {method} {path}",
                    cause=f"HTTP {answer.status}",
                    remedy=f"give {NAME} the role Contributor at the identity's resource group",
                )
            return text


async def rotate(folder: Path, vault: str, name: str, value: str) -> str:
    """Store a new version of a secret in the lab that runs in `folder`; return the version."""
    facts = read_facts(folder)
    if "KUBECONFIG" not in facts.environment:
        raise SpecError(
            what=f"the lab in {folder} has no cluster",
            cause="the platform engineer's token comes from one, and `keyferry lab azure` runs Azure alone",
            remedy='use a client of your own in its environment: eval "$(keyferry lab azure --print-env)"',
        )
    os.environ.update(facts.environment)
    async with Client(config.load(folder / "kubeconfig")) as client, open_session() as http:
        engineer = Engineer(facts, client, http)
        try:
            await engineer.arrive()
            return await engineer.set_secret(f"https://{vault}.vault.azure.net", name, value)
        finally:
            await engineer.credentials.aclose()
