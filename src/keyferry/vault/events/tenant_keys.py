"""The keys with which Entra signs for a tenant, fetched when needed and kept.

https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens
"""

import asyncio
from datetime import datetime, timedelta
from typing import Final

import aiohttp
import msgspec
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from yarl import URL

from keyferry.identity.http import Proxies
from keyferry.runtime.clock import Clock

KEPT: Final = timedelta(hours=24)
LEAST_PAUSE: Final = timedelta(minutes=1)  # between two fetches, whatever strangers send
FAILED_PAUSE: Final = timedelta(seconds=10)  # after one that failed
FETCH_SECONDS: Final = 10.0
MAX_BYTES: Final = 1024 * 1024

_LOG = structlog.get_logger(__name__)


class TenantKeys:
    """The published keys of one tenant. A key that is not known yet causes a fetch, at most one in a minute.

    One that failed is tried again after ten seconds. Nobody waits for longer than two fetches, and who has a known key
    does not wait for those who have none.
    """

    def __init__(self, url: str, session: aiohttp.ClientSession, clock: Clock) -> None:
        """`url` is the tenant's `/discovery/v2.0/keys`."""
        self._url = URL(url)
        self._session = session
        self._clock = clock
        self._proxies = Proxies()
        self._keys = KeySet([])
        self._tried: datetime | None = None
        self._loaded: datetime | None = None
        self._fetches = 0
        self._is_failing = False
        self._fetching = asyncio.Lock()

    async def holding(self, kid: str) -> KeySet | None:
        """Return the keys, fetched again where `kid` is not among them or they are old. Old ones serve an outage.

        None where nobody can tell now whether `kid` is the tenant's: the keys cannot be had, or were fetched a moment
        ago and are not fetched again at every stranger's word.
        """
        if self._knows(kid) and not self._is_old():
            return self._keys
        fetches = self._fetches
        async with self._fetching:
            if self._fetches == fetches and not self._pauses():
                await self._fetch()
        is_asked = self._fetches > fetches and not self._is_failing
        return self._keys if is_asked or self._knows(kid) else None

    def _knows(self, kid: str) -> bool:
        return any(key.kid == kid for key in self._keys.keys)

    def _is_old(self) -> bool:
        return self._loaded is None or abs(self._clock.now() - self._loaded) >= KEPT

    def _pauses(self) -> bool:
        pause = FAILED_PAUSE if self._is_failing else LEAST_PAUSE
        return self._tried is not None and abs(self._clock.now() - self._tried) < pause

    async def _fetch(self) -> None:
        self._fetches += 1
        self._is_failing = True
        try:
            self._keys = KeySet.import_key_set(msgspec.json.decode(await self._document()))
            self._is_failing = False
            self._loaded = self._clock.now()
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, TypeError, KeyError, JoseError) as failure:
            _LOG.warning("events.keys_not_fetched", url=str(self._url), cause=type(failure).__name__)
        finally:
            self._tried = self._clock.now()

    async def _document(self) -> bytes:
        proxy = self._proxies.before(self._url.host or "")
        async with (
            asyncio.timeout(FETCH_SECONDS),
            self._session.get(
                self._url,
                allow_redirects=False,
                proxy=proxy.url if proxy else None,
                proxy_headers=proxy.headers if proxy else None,
            ) as answer,
        ):
            answer.raise_for_status()
            document = b""
            async for chunk in answer.content.iter_any():
                document += chunk
                if len(document) > MAX_BYTES:
                    raise ValueError("the answer is too large")
            return document
