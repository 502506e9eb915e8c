"""The four links from a pod to its secret, walked one after another with real requests; each gives one line to tell."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import msgspec
from yarl import URL

from keyferry.cli.engineer import Engineer
from keyferry.identity.federation import token_facts
from keyferry.identity.http import Proxies
from keyferry.kube.client import Client
from keyferry.model.errors import Unavailable, foreign
from keyferry.model.identity import WorkloadIdentity
from keyferry.model.secrets import VaultUrl
from keyferry.runtime.clock import SystemClock
from keyferry.vault import probe
from keyferry.vault.client import Clients

VAULT_SCOPE = "https://vault.azure.net/.default"


class _Discovery(msgspec.Struct):
    issuer: str
    jwks_uri: str


class _Key(msgspec.Struct):
    kid: str


class _Keys(msgspec.Struct):
    keys: list[_Key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link that holds: what it is, and what was seen of it."""

    name: str
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """Whose chain, from which issuer, to which vault."""

    identity: WorkloadIdentity
    issuer: str
    vault_url: VaultUrl


async def walk(ends: Ends, client: Client, engineer: Engineer, http: aiohttp.ClientSession) -> AsyncIterator[Link]:
    """Yield each link once it was seen to hold; raise the error of the one that does not."""
    yield await _issuer(ends.issuer, http)
    yield await _assertion(ends.identity, client)
    credential = engineer.credentials.of(ends.identity)
    access = token_facts((await credential.get_token_info(VAULT_SCOPE)).token)
    yield Link(
        name="Entra's answer",
        seen=f"an access token for client {ends.identity.client_id} of tenant {ends.identity.tenant_id}, "
        f"audience {access.audiences[0]}, until {access.expires:%H:%M:%S on %d %B}",
    )
    clients = Clients(engineer.credentials, http, SystemClock(), None)
    answer = await probe.may_list(clients, ends.identity, ends.vault_url)
    clients.close()
    if answer.reason is not None:
        raise answer.reason
    yield Link(name="Key Vault's answer", seen=f"{ends.vault_url} lets this identity list and read")


async def _issuer(issuer: str, http: aiohttp.ClientSession) -> Link:
    found = msgspec.json.decode(
        await _get(http, f"{issuer.rstrip('/')}/.well-known/openid-configuration"), type=_Discovery
    )
    keys = msgspec.json.decode(await _get(http, found.jwks_uri), type=_Keys).keys
    return Link(name="the cluster's OIDC issuer", seen=f"{found.issuer} publishes the key {keys[0].kid}")


async def _assertion(identity: WorkloadIdentity, client: Client) -> Link:
    facts = token_facts(
        (await client.create_token(identity.service_account, identity.audiences)).token.reveal().decode(),
    )
    return Link(
        name="the ServiceAccount's token",
        seen=f"issuer {facts.issuer}, subject {facts.subject}, audience {', '.join(facts.audiences)}",
    )


async def _get(http: aiohttp.ClientSession, url: str) -> bytes:
    host = URL(url).host or ""
    proxy = Proxies().before(host)
    try:
        async with http.get(url, proxy=proxy.url if proxy else None) as answer:
            if answer.status == 200:
                return await answer.read()
            cause = f"HTTP {answer.status}"
    except (aiohttp.ClientError, TimeoutError) as refusal:
        cause = foreign(str(refusal) or type(refusal).__name__)
    raise Unavailable(what=f"{url} does not answer", cause=cause, remedy="see that the issuer is reachable from here")
