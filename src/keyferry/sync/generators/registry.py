"""A container registry's token endpoints: an Entra token becomes a refresh token, and that one an access token.

Called by logins. https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md describes both; a registry takes the place of
a client that knows nothing of Entra. Its answers hold tokens, so no text of them goes anywhere.
"""

from collections.abc import Mapping
from typing import Any, Final

import aiohttp
import msgspec
from azure.core.exceptions import AzureError
from azure.core.pipeline import AsyncPipeline
from azure.core.pipeline.policies import HeadersPolicy, UserAgentPolicy
from azure.core.rest import HttpRequest

from keyferry.identity.answers import Answer, answer_of, network_cause
from keyferry.identity.http import Proxies, SharedTransport
from keyferry.identity.refusals import REACH, out_of_order
from keyferry.identity.retry import BoundedRetry
from keyferry.model.errors import GrantError, KeyferryError, NotFound, SpecError, Throttled, Unavailable, Where
from keyferry.model.secrets import SecretValue

MOST_TOKEN_BYTES: Final = 64 * 1024


class _Tokens(msgspec.Struct):
    refresh_token: str = ""
    access_token: str = ""


class RegistryRefused(GrantError):
    """The registry would not have this token: of the wrong kind, or of somebody who has no role there."""


class Registry:
    """One registry, asked for `where`, a generator; its errors name it."""

    def __init__(self, session: aiohttp.ClientSession, host: str, where: Where) -> None:
        self._transport = SharedTransport(session, Proxies())
        self._host = host
        self._where = where

    async def exchange(self, entra_token: str, tenant_id: str, who: str) -> SecretValue:
        """Return a refresh token for what the bearer of `entra_token` may do, three hours long.

        Raises RegistryRefused where the registry knows no role of `who`, NotFound, Throttled or Unavailable.
        """
        form = {"grant_type": "access_token", "service": self._host, "access_token": entra_token}
        answered = await self._post("exchange", form | ({"tenant": tenant_id} if tenant_id else {}))
        if isinstance(answered, Answer):
            raise self._refused(answered, who)
        return self._token(answered.refresh_token)

    async def access(self, refresh_token: SecretValue, scope: str, who: str) -> SecretValue:
        """Return an access token for `scope`. Errors as `exchange`, and SpecError where the scope is none."""
        form = {"grant_type": "refresh_token", "service": self._host, "scope": scope}
        answered = await self._post("token", form | {"refresh_token": refresh_token.reveal().decode()})
        if not isinstance(answered, Answer):
            return self._token(answered.access_token)
        if answered.status == 400:
            raise SpecError(
                what=f"{self._host} does not take the scope",
                cause="HTTP 400",
                remedy='write it as "repository:NAME:pull" or "repository:NAME:pull,push"',
                where=self._where,
            )
        raise self._refused(answered, who)

    async def _post(self, endpoint: str, form: Mapping[str, str]) -> _Tokens | Answer:
        """Return the tokens, or what was answered in their place."""
        url = f"https://{self._host}/oauth2/{endpoint}"
        request = HttpRequest("POST", url, data=dict(form), headers={"Accept": "application/json"})
        policies: list[Any] = [HeadersPolicy(), UserAgentPolicy("keyferry"), BoundedRetry()]
        try:
            done: Any = await AsyncPipeline[Any, Any](self._transport, policies).run(request, retry_on_methods=["POST"])
        except AzureError as failure:
            silence = Unavailable(
                what=f"{self._host} does not answer", cause=network_cause(failure), remedy=REACH, where=self._where
            )
        else:
            return _read(done.http_response)
        raise silence  # here, so that the vendor's error does not come along with a request in it

    def _refused(self, answer: Answer, who: str) -> KeyferryError:
        if answer.status == 429:
            return Throttled(
                retry_after=answer.retry_after, what=f"{self._host} asks for fewer logins", where=self._where
            )
        if answer.status in (401, 403):
            return RegistryRefused(
                what=f"{self._host} refused {who}",
                cause=f"HTTP {answer.status}: the registry knows no role of it, or is of another tenant",
                remedy='assign it the role "AcrPull" on the registry',
                where=self._where,
            )
        if answer.status == 404:
            return NotFound(
                what=f"{self._host} is no registry",
                cause="HTTP 404",
                remedy="correct spec.registry",
                where=self._where,
            )
        what = f"{self._host} does not answer as a registry does"
        return out_of_order(answer.retry_after, what, f"HTTP {answer.status}", self._where)

    def _token(self, token: str) -> SecretValue:
        if 0 < len(token) <= MOST_TOKEN_BYTES and token.isascii():
            return SecretValue(token.encode())
        raise Unavailable(
            what=f"{self._host} does not answer as a registry does",
            cause="its answer holds no token",
            remedy="look for a proxy that answers in its place",
            where=self._where,
        )


def _read(response: Any) -> _Tokens | Answer:
    if response.status_code != 200:
        return answer_of(response)
    try:
        return msgspec.json.decode(response.content, type=_Tokens)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Tokens()
