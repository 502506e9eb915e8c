"""One credential for each identity: single flight, refreshed ahead of expiry, failures remembered for a moment.

Called by vault.client; calls identity.exchange and, through the port TokenSource, Kubernetes.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
import structlog
from azure.core.credentials import AccessToken, AccessTokenInfo, TokenRequestOptions

from keyferry.identity.exchange import Entra
from keyferry.identity.flight import Flights
from keyferry.identity.http import Proxies, SharedTransport
from keyferry.identity.recent import Recent
from keyferry.identity.setback import Setback
from keyferry.identity.tally import Outcome, RequestKind, Tally
from keyferry.identity.tokens import ServiceAccountToken, TokenSource
from keyferry.model.errors import AssertionRejected, GrantError, KeyferryError, Where, foreign
from keyferry.model.identity import WorkloadIdentity
from keyferry.runtime.clock import Clock

ASSERTION_MARGIN: Final = timedelta(minutes=5)  # Entra allows for skewed clocks in about the same measure
OUTSIDE_ITS_TIME: Final = (
    700024  # AADSTS: the clocks of cluster, process and Entra differ, or a token was kept too long
)
REFRESH_MARGIN: Final = timedelta(minutes=5)
TOO_NEW_TO_DISCARD: Final = timedelta(seconds=30)  # so that a vault which refuses everything costs no token requests
CROWD_SECONDS: Final = 0.5  # so long a crowd waits for the one that asks a dead Entra again: it holds workers meanwhile
IDENTITIES: Final = 5_000  # beyond it, the one used least recently is let go

log = structlog.get_logger(__name__)

Scopes = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Key:
    """What an access token is good for, and so what may be shared within one identity."""

    scopes: Scopes
    enable_cae: bool
    claims: str = ""


class _Held:
    """An access token and the instants that matter. Not a dataclass: its repr must not show the token."""

    __slots__ = ("ends_at", "info", "refresh_at", "since")

    def __init__(self, info: AccessTokenInfo, now: datetime) -> None:
        self.info = info
        self.since = now
        self.ends_at = datetime.fromtimestamp(info.expires_on, tz=UTC)
        margin = min(REFRESH_MARGIN, (self.ends_at - now) / 5)
        self.refresh_at = self.ends_at - margin
        if info.refresh_on is not None:
            self.refresh_at = min(self.refresh_at, datetime.fromtimestamp(info.refresh_on, tz=UTC))


def _is_new(held: _Held, now: datetime) -> bool:
    """Tell whether a token was fetched just now; by a clock that was set back meanwhile, none was."""
    return timedelta(0) <= now - held.since < TOO_NEW_TO_DISCARD


class Credential:
    """Access tokens of one identity, in the shape that azure-core's clients ask for (AsyncSupportsTokenInfo).

    Any number of callers at once cause one TokenRequest and one token request to Entra. Past its refresh time a token
    is still handed out while one caller fetches the next, and when that fails, until it ends.
    """

    def __init__(self, identity: WorkloadIdentity, tokens: TokenSource, entra: Entra, clock: Clock) -> None:
        self.identity = identity
        self._tokens = tokens
        self._entra = entra
        self._clock = clock
        self._held: dict[_Key, _Held] = {}
        self._setbacks: dict[Scopes, Setback] = {}
        self._assertion: ServiceAccountToken | None = None
        self._exchanges: Flights[_Key, AccessTokenInfo] = Flights()
        self._requests: Flights[str, ServiceAccountToken] = Flights()

    async def get_token(
        self,
        *scopes: str,
        claims: str | None = None,
        tenant_id: str | None = None,
        enable_cae: bool = False,
        **_ignored: Any,
    ) -> AccessToken:
        """Return an access token for `scopes`; the older of azure-core's two shapes."""
        options: TokenRequestOptions = {"enable_cae": enable_cae}
        if claims:
            options["claims"] = claims
        if tenant_id:
            options["tenant_id"] = tenant_id
        info = await self.get_token_info(*scopes, options=options)
        return AccessToken(info.token, info.expires_on)

    async def get_token_info(self, *scopes: str, options: TokenRequestOptions | None = None) -> AccessTokenInfo:
        """Return an access token for `scopes`. Raises NotFound, GrantError, Throttled, Unavailable or SpecError.

        A claims challenge in `options` always fetches a new token. A `tenant_id` other than the identity's is refused:
        that vault trusts another tenant.
        """
        asked: Mapping[str, Any] = options or {}
        self._check_tenant(asked.get("tenant_id"))
        plain = _Key(scopes, bool(asked.get("enable_cae")))
        claims = asked.get("claims") or ""
        if claims:
            return await self._fetched(_Key(scopes, plain.enable_cae, claims))
        held, now = self._held.get(plain), self._clock.now()
        if held is None or now >= held.ends_at:
            return await self._fetched(plain)
        if now < held.refresh_at or plain in self._exchanges or self._setback(scopes).current(now) is not None:
            return held.info
        return await self._refreshed(plain, held)

    def forget(self) -> None:
        """Forget failures and the ServiceAccount's token, so that the next call asks again. Access tokens stay."""
        self._setbacks.clear()
        self._assertion = None

    def discard(self) -> None:
        """Let access tokens go because a service would not have them; not new ones, which others would not better."""
        now = self._clock.now()
        for key in [key for key, held in self._held.items() if not _is_new(held, now)]:
            del self._held[key]

    async def close(self) -> None:
        """End the requests under way and let the tokens go."""
        await self._exchanges.aclose()
        await self._requests.aclose()
        self._held.clear()
        self._assertion = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        """Do nothing: the pool closes its credentials, not one client that uses them."""

    async def _refreshed(self, key: _Key, held: _Held) -> AccessTokenInfo:
        try:
            return await self._fetched(key)
        except KeyferryError as error:
            log.warning("token.refresh_failed", identity=self.identity.subject, cause=str(error))
            return held.info

    async def _fetched(self, key: _Key) -> AccessTokenInfo:
        setback = self._setback(key.scopes)
        failure = setback.current(self._clock.now())
        if failure is not None:
            raise failure.with_traceback(None)
        last = setback.last if key in self._exchanges else None
        try:
            async with asyncio.timeout(CROWD_SECONDS if last else None):
                return await self._exchanges.join(key, lambda: self._fetch(key))
        except TimeoutError:
            if last is None:
                raise
            raise last.with_traceback(None) from None

    async def _fetch(self, key: _Key) -> AccessTokenInfo:
        setback = self._setback(key.scopes)
        try:
            info = await self._exchanged(key)
        except KeyferryError as error:
            setback.failed(error, self._clock.now())
            log.info("token.refused", identity=self.identity.subject, error=type(error).__name__)
            raise
        setback.forget()
        self._held[_Key(key.scopes, key.enable_cae)] = _Held(info, self._clock.now())
        log.debug("token.exchanged", identity=self.identity.subject, client_id=self.identity.client_id)
        return info

    async def _exchanged(self, key: _Key) -> AccessTokenInfo:
        """Trade the ServiceAccount's token; where Entra's clock says that a kept one has ended, a new one, once."""
        was_kept = self._assertion is not None
        try:
            return await self._traded(key)
        except AssertionRejected as refusal:
            self._assertion = None
            if refusal.code != OUTSIDE_ITS_TIME or not was_kept:
                raise
        return await self._traded(key)

    async def _traded(self, key: _Key) -> AccessTokenInfo:
        assertion = await self._requests.join("assertion", self._current_assertion)
        return await self._entra.exchange(
            self.identity,
            assertion.token,
            key.scopes,
            claims=key.claims or None,
            enable_cae=key.enable_cae,
        )

    async def _current_assertion(self) -> ServiceAccountToken:
        held = self._assertion
        if held is None or held.expires - self._clock.now() < ASSERTION_MARGIN:
            held = await self._tokens.create_token(self.identity.service_account, self.identity.audiences)
            self._assertion = held
        return held

    def _setback(self, scopes: Scopes) -> Setback:
        return self._setbacks.setdefault(scopes, Setback())

    def _check_tenant(self, tenant_id: str | None) -> None:
        if not tenant_id or tenant_id.lower() == self.identity.tenant_id.lower():
            return
        raise GrantError(
            what=f"the vault trusts tenant {foreign(tenant_id)}, not {self.identity.tenant_id}",
            cause="a vault accepts tokens of one tenant only, the one it names when it is asked without a token",
            remedy=(
                "set tenantId (or the annotation azure.workload.identity/tenant-id) to the vault's tenant id, and use "
                "an identity of that tenant"
            ),
            where=Where(
                kind="ServiceAccount",
                name=self.identity.service_account.name,
                namespace=self.identity.service_account.namespace,
            ),
        )


class Credentials:
    """The pool: `of` returns the same credential for equal identities, and never one for two that differ."""

    def __init__(self, tokens: TokenSource, session: aiohttp.ClientSession, clock: Clock) -> None:
        self._tokens = tokens
        self._clock = clock
        self._tally = Tally()
        self._entra = Entra(SharedTransport(session, Proxies()), self._tally)
        self._pool: Recent[WorkloadIdentity, Credential] = Recent(IDENTITIES)

    @property
    def requests(self) -> Mapping[tuple[RequestKind, Outcome], int]:
        """Requests to Entra by outcome, since the start."""
        return self._tally.snapshot()

    def of(self, identity: WorkloadIdentity) -> Credential:
        """Return the credential of `identity`, made when first asked for."""
        return self._pool.take(identity, lambda: Credential(identity, self._tokens, self._entra, self._clock))

    def forget(self, identity: WorkloadIdentity) -> None:
        """Forget that `identity` was refused: its ServiceAccount, or what Entra trusts, has changed."""
        if identity in self._pool:
            self.of(identity).forget()

    async def aclose(self) -> None:
        """End all requests under way and let all tokens go. The session stays open: it is the caller's."""
        for credential in self._pool:
            await credential.close()
        self._pool.clear()
