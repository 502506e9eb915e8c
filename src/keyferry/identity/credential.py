"""One identity's access tokens: single flight, refreshed ahead of expiry, failures remembered for a moment.

Called by vault.client, through azure-core; calls the identity's grant.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self

import structlog
from azure.core.credentials import AccessToken, AccessTokenInfo, TokenRequestOptions

from keyferry.identity.flight import Flights
from keyferry.identity.grants import Grant, Scopes
from keyferry.identity.setback import Setback
from keyferry.model.errors import GrantError, KeyferryError, foreign
from keyferry.model.identity import Identity
from keyferry.runtime.clock import Clock

REFRESH_MARGIN: Final = timedelta(minutes=5)
TOO_NEW_TO_DISCARD: Final = timedelta(seconds=30)  # so that a vault which refuses everything costs no token requests
CROWD_SECONDS: Final = 0.5  # so long a crowd waits for the one that asks a dead Entra again: it holds workers meanwhile

log = structlog.get_logger(__name__)


class TenantMismatch(GrantError):
    """The service trusts another tenant than the identity's, as it was last heard to say."""


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

    Any number of callers at once cause one use of the grant. Past its refresh time a token is still handed out while
    one caller fetches the next, and when that fails, until it ends.
    """

    def __init__(self, identity: Identity, grant: Grant, clock: Clock) -> None:
        self.identity = identity
        self._grant = grant
        self._clock = clock
        self._held: dict[_Key, _Held] = {}
        self._claimed: tuple[_Key, _Held] | None = None  # the last claims challenge, and the token that met it
        self._setbacks: dict[Scopes, Setback] = {}
        self._exchanges: Flights[_Key, AccessTokenInfo] = Flights()

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

        A claims challenge in `options` fetches a new token, one for all who met that challenge. A `tenant_id` other
        than the identity's is refused: that vault trusts another tenant.
        """
        asked: Mapping[str, Any] = options or {}
        self._check_tenant(asked.get("tenant_id"))
        plain = _Key(scopes, bool(asked.get("enable_cae")))
        claims = asked.get("claims") or ""
        if claims:
            return await self._challenged(_Key(scopes, plain.enable_cae, claims))
        held, now = self._held.get(plain), self._clock.now()
        if held is None or now >= held.ends_at:
            return await self._fetched(plain)
        if now < held.refresh_at or plain in self._exchanges or self._setback(scopes).current(now) is not None:
            return held.info
        return await self._refreshed(plain, held)

    def forget(self) -> None:
        """Forget failures, and what the grant keeps, so that the next call asks again. Access tokens stay."""
        self._setbacks.clear()
        self._grant.forget()

    def discard(self) -> None:
        """Let access tokens go because a service would not have them; not new ones, which others would not better."""
        now = self._clock.now()
        for key in [key for key, held in self._held.items() if not _is_new(held, now)]:
            del self._held[key]

    async def close(self) -> None:
        """End the requests under way and let the tokens go."""
        await self._exchanges.aclose()
        await self._grant.close()
        self._held.clear()
        self._claimed = None

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
            log.warning("token.refresh_failed", identity=self.identity.who, cause=str(error))
            return held.info

    async def _challenged(self, key: _Key) -> AccessTokenInfo:
        """A crowd meets one challenge with one old token, and asks in turn: azure-core lets one ask at a time."""
        if self._claimed is not None:
            claimed, held = self._claimed
            if claimed == key and _is_new(held, self._clock.now()):
                return held.info
        return await self._fetched(key)

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
            info = await self._grant.obtain(key.scopes, claims=key.claims or None, enable_cae=key.enable_cae)
        except KeyferryError as error:
            setback.failed(error, self._clock.now())
            log.info("token.refused", identity=self.identity.who, error=type(error).__name__)
            raise
        setback.forget()
        held = self._held[_Key(key.scopes, key.enable_cae)] = _Held(info, self._clock.now())
        if key.claims:
            self._claimed = key, held
        log.debug("token.exchanged", identity=self.identity.who)
        return info

    def _setback(self, scopes: Scopes) -> Setback:
        return self._setbacks.setdefault(scopes, Setback())

    def _check_tenant(self, tenant_id: str | None) -> None:
        own = self.identity.tenant_id  # "" where only a token could tell it
        if not tenant_id or not own or tenant_id.lower() == own.lower():
            return
        raise TenantMismatch(
            what=f"the vault trusts tenant {foreign(tenant_id)}, not {own}",
            cause="a vault accepts tokens of one tenant only, the one it names when it is asked without a token",
            remedy=(
                "set tenantId (or the annotation azure.workload.identity/tenant-id) to the vault's tenant id, and use "
                "an identity of that tenant"
            ),
            where=self.identity.where,
        )
