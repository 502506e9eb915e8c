"""Carries a dialogue with Azure Resource Manager: HTTPS, an access token, patience where it is throttled.

Whatever is repeated is a GET or a PUT, which may be repeated.
https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Final, Protocol, TypeVar

import aiohttp
import msgspec
from azure.core.credentials import AccessTokenInfo

from keyferry.identity.http import Proxies
from keyferry.model.errors import Unavailable, foreign
from keyferry.provision.arm import refusals
from keyferry.provision.arm.wire import Dialogue, Request, Response

PAUSES: Final = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 4, 8))
LONGEST_WAIT: Final = timedelta(minutes=2)  # what asks for more patience is told instead of waited for
REQUEST_SECONDS: Final = 60.0

T = TypeVar("T")
Tell = Callable[[str], None]


class Tokens(Protocol):
    """Who is asking."""

    async def get_token_info(self, *scopes: str) -> AccessTokenInfo:
        """Return an access token. Raises KeyferryError."""
        ...


class ResourceManager:
    """Azure Resource Manager of one cloud, at `host`, as whoever `tokens` stands for."""

    def __init__(self, host: str, tokens: Tokens, http: aiohttp.ClientSession, proxies: Proxies) -> None:
        self._host = host
        self._tokens = tokens
        self._http = http
        self._proxies = proxies

    async def carry_out(self, dialogue: Dialogue[T], tell: Tell = lambda _about: None) -> T:
        """Return what the dialogue comes to. `tell` hears what each request is about, before it is sent.

        Raises the dialogue's errors, and GrantError, NotFound, SpecError, Throttled or Unavailable for a refusal.
        """
        try:
            request = next(dialogue)
            while True:
                tell(request.about)
                await asyncio.sleep(request.after.total_seconds())
                request = dialogue.send(await self.send(request))
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            dialogue.close()

    async def send(self, request: Request) -> Response:
        """Return the answer to one request, after further tries where the service asks for patience."""
        for pause in PAUSES:
            answer = await self._try(request)
            if isinstance(answer, Response):
                return answer
            wait = max(pause, answer.retry_after or timedelta())
            if wait > LONGEST_WAIT:
                raise answer
            await asyncio.sleep(wait.total_seconds())
        last = await self._try(request)
        if isinstance(last, Response):
            return last
        raise last

    async def _try(self, request: Request) -> Response | Unavailable:
        """Return the answer, or what may be over in a moment. Raises what stays as it is."""
        try:
            answer = await self._once(request)
        except (aiohttp.ClientError, TimeoutError, OSError) as failure:
            return self._unreachable(request, failure)
        if answer.status < 400 or answer.status in request.accepts:
            return answer
        error = refusals.error(request, answer)
        if isinstance(error, Unavailable):
            return error
        raise error

    async def _once(self, request: Request) -> Response:
        token = await self._tokens.get_token_info(f"https://{self._host}/.default")
        headers = {"Authorization": f"Bearer {token.token}", "Content-Type": "application/json"}
        proxy = self._proxies.before(self._host)
        async with (
            asyncio.timeout(REQUEST_SECONDS),
            self._http.request(
                request.method,
                f"https://{self._host}{request.path}",
                params={"api-version": request.version},
                headers=headers,
                data=None if request.body is None else msgspec.json.encode(request.body),
                proxy=proxy.url if proxy else None,
                proxy_headers=proxy.headers or None if proxy else None,
            ) as answer,
        ):
            return refusals.response(answer.status, await answer.read(), answer.headers.get("Retry-After", ""))

    def _unreachable(self, request: Request, failure: Exception) -> Unavailable:
        return Unavailable(
            what=f"Azure Resource Manager did not answer for {request.about}",
            cause=f"{self._host}: {foreign(type(failure).__name__)}",
            remedy="see that this machine reaches it (HTTPS_PROXY, SSL_CERT_FILE), and do it again",
        )
