"""Where what lies outside the lab listens, issuers and event endpoints: by URL, because many share a host."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

HTTPS_PORT: Final = 443


class IssuerMapError(Exception):
    """The text names what cannot be mapped and why; `remedy` says what to write."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.remedy = remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where something listens. `host` is a name or an IP address without brackets."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """All below `url` is at `address`."""

    url: str
    address: Address


class Issuers:
    """The entries there are. The longest URL that leads to a document decides; no other place is reached."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries = {_place(urlsplit(entry.url)): entry for entry in entries}

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What is mapped, in the order of adding."""
        return tuple(self._entries.values())

    def add(self, entry: Entry) -> None:
        """Map one more URL; the same URL again takes the place of the first."""
        self._entries[_place(urlsplit(entry.url))] = entry

    def find(self, url: str) -> Address | None:
        """Return where the document at `url` is, None where nothing leads to it. ValueError where it is no URL."""
        host, port, path = _place(urlsplit(url))
        leading = [place for place in self._entries if place[:2] == (host, port) and _is_below(path, place[2])]
        return self._entries[max(leading, key=lambda place: len(place[2]))].address if leading else None

    def at(self, host: str, port: int) -> Address | None:
        """Return where an issuer of this host and port is, whatever its path."""
        return next((entry.address for place, entry in self._entries.items() if place[:2] == (host, port)), None)


def parse(text: str) -> Entry:
    """Return the entry that `URL=ADDRESS` means. IssuerMapError says what is wrong with it."""
    url, equals, address = text.rpartition("=")
    if not equals:
        raise IssuerMapError(f"{text!r} has no =", "write URL=HOST:PORT")
    try:
        parts = urlsplit(url)
        is_place = parts.scheme == "https" and parts.hostname and parts.port != 0
    except ValueError:
        is_place = None
    if not is_place or parts.username is not None or parts.query or parts.fragment:
        raise IssuerMapError(
            f"{url!r} is no place to map", "write an https URL without query, as https://issuer.example/a/"
        )
    return Entry(url=url, address=_address(address))


def _address(text: str) -> Address:
    remedy = "write HOST:PORT, as 127.0.0.1:6443 or [::1]:6443"
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise IssuerMapError(f"{text!r} has no port from 1 to 65535", remedy)
    bare = host.removeprefix("[").removesuffix("]")
    if not bare or any(letter in bare for letter in "/@[] "):
        raise IssuerMapError(f"{text!r} names no host", remedy)
    if ":" in bare and not _is_ip(bare):
        raise IssuerMapError(f"{text!r} is no address", remedy)
    return Address(host=bare, port=int(port))


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _place(parts: SplitResult) -> tuple[str, int, str]:
    return (parts.hostname or "").removesuffix("."), parts.port or HTTPS_PORT, parts.path.rstrip("/")


def _is_below(path: str, above: str) -> bool:
    return path == above or path.startswith(f"{above}/")
