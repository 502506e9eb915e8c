"""Which of the objects that a Secret is made of expire soon, by their attributes in the vault. Pure.

Each is told by one sentence that stays the same until it expires, so that a status which has it already needs no write.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from keyferry.sync.state import Origin

SHOWN: Final = 3  # in a message


def sentences(origins: Iterable[Origin], now: datetime, notice: timedelta) -> tuple[str, ...]:
    """Return what to tell of the objects that expire within `notice`, the first one first, a few at most."""
    soon = {origin: origin.expires for origin in origins if origin.expires and origin.expires - now <= notice}
    first = sorted(soon.items(), key=lambda entry: (entry[1], entry[0].vault, entry[0].name))[:SHOWN]
    return tuple(_sentence(origin, expires, now) for origin, expires in first)


def _sentence(origin: Origin, expires: datetime, now: datetime) -> str:
    verb = "expires" if expires > now else "expired"
    at = expires.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    return f"{origin.name} of {origin.vault} {verb} at {at} (version {origin.version[:8]})"
