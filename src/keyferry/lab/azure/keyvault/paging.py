"""Lists in pages: at most 25 entries, then a `nextLink` whose token is bound to the list it came from.

A token says after which entry to go on, not how many were seen, so that entries that come or go between two pages
neither repeat nor hide others.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import quote

from keyferry.lab.azure.keyvault.bodies import bad_parameter
from keyferry.lab.world.http import Request

PAGE_SIZE: Final = 25
_TAG_BYTES: Final = 12
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a request asks of a list: `after` is the key it goes on behind, None for the beginning."""

    size: int
    after: str | None


class Pager:
    """Makes and reads the tokens of one vault. `key` keeps clients from making their own."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def asked(self, request: Request, kind: str) -> Page:
        """Return the page asked for. RefusedError for a size that is none and for a token of another list."""
        size = request.parameter("maxresults", str(PAGE_SIZE))
        if not size.isascii() or not size.isdigit() or not 1 <= int(size[:9]) <= PAGE_SIZE:
            raise bad_parameter("maxresults", f"it is not a number from 1 to {PAGE_SIZE}")
        token = request.parameter("$skiptoken")
        return Page(size=int(size), after=self._read(token, kind) if token else None)

    def next_link(self, request: Request, kind: str, after: str, size: int) -> str:
        """Return the address of what comes behind the entry `after`."""
        return (
            f"https://{request.host}:443{request.path}?api-version={quote(request.parameter('api-version'))}"
            f"&$skiptoken={self._token(kind, after)}&maxresults={size}"
        )

    def _token(self, kind: str, after: str) -> str:
        return base64.urlsafe_b64encode(self._tag(kind, after) + after.encode()).decode().rstrip("=")

    def _read(self, token: str, kind: str) -> str:
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
            after = raw[_TAG_BYTES:].decode()
        except ValueError as refusal:
            raise bad_parameter("$skiptoken", "it cannot be read") from refusal
        if not hmac.compare_digest(raw[:_TAG_BYTES], self._tag(kind, after)):
            raise bad_parameter("$skiptoken", "it does not belong to this list")
        return after

    def _tag(self, kind: str, after: str) -> bytes:
        return hmac.digest(self._key, f"{kind}\n{after}".encode(), hashlib.sha256)[:_TAG_BYTES]


def cut(entries: Sequence[tuple[str, T]], page: Page) -> tuple[list[T], str | None]:
    """Return one page of `entries`, which are sorted by key, and the key to go on behind (None at the end)."""
    rest = [entry for entry in entries if page.after is None or entry[0] > page.after]
    shown = rest[: page.size]
    return [entry for _, entry in shown], shown[-1][0] if len(rest) > page.size else None
