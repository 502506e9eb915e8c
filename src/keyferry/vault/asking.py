"""One request by a vendor's client: challenge, token, retries, API version are the vendor's; the answer we read.

Called by vault.listing and vault.fetching.
"""

from collections.abc import Awaitable, Mapping
from typing import Any, Final, Protocol

from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError, map_error
from azure.core.rest import HttpRequest

_ERRORS: Final = {401: ClientAuthenticationError, 404: ResourceNotFoundError}


class Sender(Protocol):
    """What the vendor's three clients have in common."""

    def send_request(self, request: HttpRequest, *, stream: bool = False, **kwargs: Any) -> Awaitable[Any]:
        """Send a request, which may be relative to the vault, and return the response."""
        ...


async def body(client: Sender, path: str, options: Mapping[str, Any]) -> bytes:
    """Return what the vault answers to a GET. Raises azure-core's errors."""
    response = await client.send_request(HttpRequest("GET", path), **options)
    if response.status_code != 200:
        map_error(status_code=response.status_code, response=response, error_map=_ERRORS)
        raise HttpResponseError(response=response)
    content: bytes = response.content
    return content
