"""The pages of a vault's lists: a list of 3,000 secrets a minute is most of what a feed does. Called by collection."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import msgspec

from keyferry.model.secrets import SecretProperties
from keyferry.vault import asking
from keyferry.vault.asking import Sender
from keyferry.vault.items import Item, properties_of


class _Page(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    value: list[Item]
    next_link: str | None = None


_PAGE: Final = msgspec.json.Decoder(_Page)


async def pages(client: Sender, path: str, options: Mapping[str, Any]) -> AsyncIterator[tuple[SecretProperties, ...]]:
    """Yield the pages of the list at `path`, as `/secrets`, the empty ones in between too.

    Raises azure-core's errors, and ValueError for an answer that is no page.
    """
    following: str | None = path
    while following:
        body = await asking.body(client, following, options)
        try:
            page = _PAGE.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise ValueError("the list cannot be read") from None
        yield tuple(properties_of(item) for item in page.value)
        following = page.next_link
