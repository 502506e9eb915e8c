"""Logins for container registries: a crowd that wants the same one at the same time costs one, and never another's.

Called by generate. A login lasts for hours, and whoever refreshes wants a young one, so it is kept for a minute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import aiohttp
from azure.core.credentials import AccessTokenInfo

from keyferry.identity.federation import clouds
from keyferry.identity.flight import Flights
from keyferry.identity.recent import Recent
from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key, PartialObject
from keyferry.model.errors import KeyferryError, NotFound, Where
from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretValue
from keyferry.runtime.clock import Clock
from keyferry.spec.generators.acr import AcrAccessToken
from keyferry.spec.secret_store import SecretKey
from keyferry.sync.generators import identities
from keyferry.sync.generators.identities import Asking
from keyferry.sync.generators.registry import Registry, RegistryRefused
from keyferry.sync.stores.material import Account, Material, OwnIdentity
from keyferry.sync.stores.stored_secrets import StoredSecrets

# What every registry takes for a user name beside a token of Entra's making: AAD-OAuth.md, as in registry.
USERNAME: Final = b"00000000-0000-0000-0000-000000000000"
KEPT: Final = timedelta(minutes=1)
LOGINS_KEPT: Final = 1_000


class Bearer(Protocol):
    """One identity's access tokens."""

    async def get_token_info(self, *scopes: str) -> AccessTokenInfo:
        """Return an access token for the scopes."""
        ...


class Entra(Protocol):
    """Access tokens of every identity: identity.credentials."""

    def of(self, identity: Identity) -> Bearer:
        """Return those of one identity."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Azure:
    """By what Azure is asked: access tokens, and a session for what they open."""

    entra: Entra
    session: aiohttp.ClientSession


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """What makes two logins the same: asked of one registry, for one thing, by one identity, for one generator.

    An identity of the operator's serves several namespaces, and an error names the generator.
    """

    identity: Identity
    generator: Where
    registry: str
    scope: str


@dataclass(slots=True)
class _Held:
    token: SecretValue | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """As whom a registry can be asked: the cache of ServiceAccounts, Secrets, the operator's own identity."""

    accounts: Store[PartialObject]
    stored: StoredSecrets
    own: OwnIdentity


class RegistryLogins:
    """Answers for one operator process. Nothing is shared between two identities, not even an error."""

    def __init__(self, means: Means, azure: Azure, clock: Clock) -> None:
        self._means = means
        self._azure = azure
        self._clock = clock
        self._held: Recent[_Key, _Held] = Recent(LOGINS_KEPT)
        self._flights: Flights[_Key, SecretValue] = Flights()

    async def login(self, wanted: AcrAccessToken, namespace: str, where: Where) -> Mapping[str, bytes]:
        """Return `username` and `password` for an object of `namespace`; `where` is the generator.

        Raises NotFound, SpecError, GrantError, Throttled or Unavailable.
        """
        asking = Asking(wanted=wanted, namespace=namespace, generator=where)
        identity = await self._identity(asking)
        key = _Key(identity=identity, generator=where, registry=wanted.registry, scope=wanted.scope)
        held = self._held.take(key, _Held)
        if held.token is None or held.since is None or not timedelta(0) <= self._clock.now() - held.since < KEPT:
            held.token = await self._flights.join(key, lambda: self._fetch(asking, identity))
            held.since = self._clock.now()
        return {"username": USERNAME, "password": held.token.reveal()}

    async def _identity(self, asking: Asking) -> Identity:
        keys = identities.keys_of(asking)
        stored = await self._stored(asking, keys) if keys else {}
        material = Material(account=self._account(asking), stored=stored)
        return identities.identity_of(asking, material, self._means.own)

    async def _stored(self, asking: Asking, keys: frozenset[SecretKey]) -> Mapping[SecretKey, SecretValue]:
        try:
            return await self._means.stored.read(asking.namespace, keys)
        except NotFound as absent:
            raise NotFound(
                what=absent.what,
                cause=f"{asking.who} reads its credential there",
                remedy="create it, or correct the reference",
                where=asking.at("spec.auth.servicePrincipal.secretRef"),
            ) from None

    def _account(self, asking: Asking) -> Account | None:
        reference = identities.account_of(asking)
        if reference is None:
            return None
        found = self._means.accounts.get(Key(namespace=reference.namespace, name=reference.name))
        return None if found is None else Account(reference=reference, annotations=found.metadata.annotations)

    async def _fetch(self, asking: Asking, identity: Identity) -> SecretValue:
        registry = Registry(self._azure.session, asking.wanted.registry, asking.generator)
        refresh = await self._refresh_token(asking, identity, registry)
        scope = asking.wanted.scope
        return await registry.access(refresh, scope, identity.who) if scope else refresh

    async def _refresh_token(self, asking: Asking, identity: Identity, registry: Registry) -> SecretValue:
        """Try the kinds of tokens that registries take, in their order; the first refusal is the one that is told."""
        refused: KeyferryError | None = None
        tenant_id = identity.tenant_id or asking.wanted.tenant_id or ""
        for scope in clouds.registry_scopes_of(asking.wanted.environment):
            try:
                entra = await self._azure.entra.of(identity).get_token_info(scope)
                return await registry.exchange(entra.token, tenant_id, identity.who)
            except RegistryRefused as refusal:
                refused = refused or refusal
            except KeyferryError as failure:
                raise refused or failure from None
        assert refused is not None, "there is a scope to try"
        raise refused
