"""Reads an answer's body up to a limit: who answers at a vault's address may be anybody. Called by vault.wire."""

from typing import Any, Final
from urllib.parse import urlsplit

from keyferry.identity.tally import RequestKind
from keyferry.model.errors import Unavailable

# A secret's value has at most 25 KB, a page 25 objects with 15 tags each of at most 512 characters a side.
# https://learn.microsoft.com/azure/key-vault/general/service-limits
LIMIT_BYTES: Final = {RequestKind.LIST: 4 * 1024 * 1024}
OTHER_LIMIT_BYTES: Final = 1024 * 1024


async def load(response: Any, kind: RequestKind) -> None:
    """Read the body of a streamed azure-core response, as if it had not been streamed.

    Raises azure-core's errors, and Unavailable for a body that no vault sends. It is not asked for again.
    """
    limit_bytes = LIMIT_BYTES.get(kind, OTHER_LIMIT_BYTES)
    body = bytearray()
    async for chunk in response.iter_raw():
        body += chunk
        if len(body) > limit_bytes:
            await response.close()
            raise _too_large(response, limit_bytes)
    response._content = bytes(body)  # noqa: SLF001  (azure-core reads without a limit, and offers no other way in)


def _too_large(response: Any, limit_bytes: int) -> Unavailable:
    host = urlsplit(response.request.url).hostname
    return Unavailable(
        what=f"https://{host} is out of order",
        cause=f"its answer is longer than {limit_bytes // 1024} KiB, and no vault's is",
        remedy="check vaultUrl, and look for a proxy that answers in the vault's place",
    )
