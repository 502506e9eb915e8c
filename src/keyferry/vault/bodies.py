"""Reads an answer's body up to a limit: who answers at a vault's address may be anybody. Called by vault.wire."""

from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from keyferry.identity.tally import RequestKind
from keyferry.model.errors import Unavailable

# A secret's value has at most 25 KB, a page 25 objects with 15 tags each of at most 512 characters a side.
# https://learn.microsoft.com/azure/key-vault/general/service-limits
LIMIT_BYTES: Final = {RequestKind.LIST: 4 * 1024 * 1024}
OTHER_LIMIT_BYTES: Final = 1024 * 1024


class _Page(msgspec.Struct):
    value: list[msgspec.Raw]


async def load(response: Any, kind: RequestKind) -> None:
    """Read the body of a streamed azure-core response, as if it had not been streamed.

    Raises azure-core's errors, Unavailable for a body that is longer than any vault's, and ValueError where a list was
    asked for and none came. It is not asked for again.
    """
    limit_bytes = LIMIT_BYTES.get(kind, OTHER_LIMIT_BYTES)
    body = bytearray()
    async for chunk in response.iter_raw():
        body += chunk
        if len(body) > limit_bytes:
            await response.close()
            raise _too_large(response, limit_bytes)
    if kind is RequestKind.LIST and response.status_code == 200 and not _is_page(body):
        raise ValueError("the answer is no list")
    response._content = bytes(body)  # noqa: SLF001  (azure-core reads without a limit, and offers no other way in)


def _is_page(body: bytes | bytearray) -> bool:
    """The vendor's client takes any JSON object without `value` for the last page, and so a vault for empty."""
    try:
        msgspec.json.decode(body, type=_Page)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def _too_large(response: Any, limit_bytes: int) -> Unavailable:
    host = urlsplit(response.request.url).hostname
    return Unavailable(
        what=f"https://{host} is out of order",
        cause=f"its answer is longer than {limit_bytes // 1024} KiB, and no vault's is",
        remedy="check vaultUrl or keyvaultName, and look for a proxy that answers in the vault's place",
    )
