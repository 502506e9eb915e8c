"""The pages of a vault's lists, read by our own types: a list of 3,000 secrets a minute is most of what a feed does.

The request goes through the vendor's client as any other (challenge, token, retries, API version), by its
`send_request`; only its models are left out, which take five times as long. Called by vault.collection.
Source: https://learn.microsoft.com/rest/api/keyvault/secrets/get-secrets, and the same of certificates and keys.
"""

from collections.abc import AsyncIterator, Awaitable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import msgspec
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError, map_error
from azure.core.rest import HttpRequest

from keyferry.model.secrets import SecretName, SecretProperties, SecretVersion

_ERRORS: Final = {404: ResourceNotFoundError}


class Sender(Protocol):
    """What the vendor's three clients have in common."""

    def send_request(self, request: HttpRequest, *, stream: bool = False, **kwargs: Any) -> Awaitable[Any]:
        """Send a request, which may be relative to the vault, and return the response."""
        ...


class _Attributes(msgspec.Struct, frozen=True, gc=False):
    enabled: bool | None = None
    created: int | None = None
    updated: int | None = None
    exp: int | None = None
    nbf: int | None = None


class _Item(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    id: str = ""
    kid: str = ""  # what an id is called in the list of keys
    attributes: _Attributes = _Attributes()
    tags: dict[str, str] | None = None
    content_type: str | None = None


class _Page(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    value: list[_Item]
    next_link: str | None = None


_PAGE: Final = msgspec.json.Decoder(_Page)


async def pages(client: Sender, path: str, options: Mapping[str, Any]) -> AsyncIterator[tuple[SecretProperties, ...]]:
    """Yield the pages of the list at `path`, as `/secrets`, the empty ones in between too.

    Raises azure-core's errors, and ValueError for an answer that is no page.
    """
    following: str | None = path
    while following:
        response = await client.send_request(HttpRequest("GET", following), **options)
        if response.status_code != 200:
            map_error(status_code=response.status_code, response=response, error_map=_ERRORS)
            raise HttpResponseError(response=response)
        try:
            page = _PAGE.decode(response.content)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise ValueError("the list cannot be read") from None
        yield tuple(_properties(item) for item in page.value)
        following = page.next_link


def _properties(item: _Item) -> SecretProperties:
    """Return an entry's properties. The id is the address: collection, name, and in a list of versions the version."""
    _, _, rest = (item.id or item.kid).partition("://")
    parts = rest.split("/")
    if len(parts) < 3 or not parts[2]:
        raise ValueError("the list has an entry without a name")
    attributes = item.attributes
    return SecretProperties(
        name=SecretName(parts[2]),
        version=SecretVersion(parts[3] if len(parts) > 3 else ""),
        enabled=attributes.enabled is not False,
        created=_instant(attributes.created),
        updated=_instant(attributes.updated),
        expires=_instant(attributes.exp),
        not_before=_instant(attributes.nbf),
        content_type=item.content_type or "",
        tags=tuple(sorted((item.tags or {}).items())),
        certificate_backed=False,  # only an answer to a read tells the key
    )


def _instant(seconds: int | None) -> datetime | None:
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        raise ValueError("the list has an instant that no calendar has") from None
