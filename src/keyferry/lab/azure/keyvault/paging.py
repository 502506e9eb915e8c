"""Lists in pages: at most 25 entries, then a `nextLink` whose token is bound to the list it came from.

A token says after which entry to go on, not how many were seen, so that entries that come or go between two pages
neither repeat nor hide others.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from heapq import nsmallest
from typing import Final, TypeVar
from urllib.parse import quote

from keyferry.lab.azure.keyvault.bodies import bad_parameter
from keyferry.lab.world.http import Request

PAGE_SIZE: Final = 25
_TAG_BYTES: Final = 12
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a request asks of a list: what comes behind the key `after`, "" for the beginning.

    `paused` tells that an empty page was already given at this place.
    """

    size: int
    after: str = ""
    paused: bool = False


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
        if not token:
            return Page(size=int(size))
        place = self._read(token, kind)
        return Page(size=int(size), after=place[1:], paused=place.startswith("!"))

    def next_link(self, request: Request, kind: str, page: Page) -> str:
        """Return the address of `page`. What else the request asked for is kept."""
        kept = "".join(
            f"&{quote(name)}={quote(value)}"
            for name, value in request.query
            if name not in ("api-version", "$skiptoken", "maxresults")
        )
        return (
            f"https://{request.host}:{request.port}{request.path}?api-version={quote(request.parameter('api-version'))}"
            f"&$skiptoken={self._token(kind, page)}&maxresults={page.size}{kept}"
        )

    def _token(self, kind: str, page: Page) -> str:
        place = ("!" if page.paused else ":") + page.after
        return base64.urlsafe_b64encode(self._tag(kind, place) + place.encode()).decode().rstrip("=")

    def _read(self, token: str, kind: str) -> str:
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
            place = raw[_TAG_BYTES:].decode()
        except ValueError as refusal:
            raise bad_parameter("$skiptoken", "it cannot be read") from refusal
        if not hmac.compare_digest(raw[:_TAG_BYTES], self._tag(kind, place)):
            raise bad_parameter("$skiptoken", "it does not belong to this list")
        return place

    def _tag(self, kind: str, place: str) -> bytes:
        return hmac.digest(self._key, f"{kind}\n{place}".encode(), hashlib.sha256)[:_TAG_BYTES]


def cut(entries: Mapping[str, T], page: Page) -> tuple[list[T], str | None]:
    """Return one page of `entries` in the order of their keys, and the key to go on behind (None at the end).

    Keys are names or version ids, and never empty.
    """
    rest = nsmallest(page.size + 1, (key for key in entries if key > page.after))
    shown = rest[: page.size]
    return [entries[key] for key in shown], shown[-1] if len(rest) > page.size else None
