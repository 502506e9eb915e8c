"""A value on its way into a Secret, with which object of which vault it came from. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from keyferry.sync.state import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A value, which no text may show. `origin` is None where no single object gave it."""

    value: bytes = field(repr=False)
    origin: Origin | None = None


Entries: TypeAlias = Mapping[str, Entry]
