"""Reads of secrets through a pipeline of the vendor's policies that a read needs: retries and the vault's challenge.

The vendor's client runs thirteen of them for each request (redirects, logging, tracing, content decoding), copies the
request twice, and costs half as much again. Called by vault.collection.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from azure.core.pipeline import AsyncPipeline
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.keyvault.secrets import ApiVersion
from azure.keyvault.secrets._shared import AsyncChallengeAuthPolicy

from keyferry.model.secrets import VaultUrl

API_VERSION: Final = next(iter(ApiVersion)).value  # the vendor lists the newest first, and takes it for its own
_QUERY: Final = urlencode({"api-version": API_VERSION})


class DirectClient:
    """Sends what vault.asking asks. The challenge's resource is verified; redirects are not followed."""

    def __init__(self, vault_url: VaultUrl, credential: Any, options: Mapping[str, Any]) -> None:
        """`options` are those of the vendor's client: `transport` and `retry_policy` are taken from it."""
        self._vault_url = vault_url.rstrip("/")
        self._pipeline: AsyncPipeline[HttpRequest, AsyncHttpResponse] = AsyncPipeline(
            options["transport"], [options["retry_policy"], AsyncChallengeAuthPolicy(credential)]
        )

    async def send_request(self, request: HttpRequest, *, stream: bool = False, **kwargs: Any) -> AsyncHttpResponse:
        """Send a request, which may be relative to the vault, and return the response. Raises azure-core's errors."""
        request.url = self._whole(request.url)
        request.headers.update(_HEADERS)
        return (await self._pipeline.run(request, stream=stream, **kwargs)).http_response

    def _whole(self, address: str) -> str:
        """Return `address` under the vault with an API version; a link to a next page has both."""
        whole = self._vault_url + address if address.startswith("/") else address
        query = urlsplit(whole).query
        if "api-version=" in query:
            return whole
        return f"{whole}{'&' if query else '?'}{_QUERY}"


_HEADERS: Final = {"Accept": "application/json", "User-Agent": "keyferry"}
