"""One request to one vault, as the operations are given it, and what they answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keyferry.lab.azure.keyvault import news
from keyferry.lab.azure.keyvault.news import News
from keyferry.lab.azure.keyvault.paging import Pager
from keyferry.lab.azure.keyvault.routes import Route
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to one vault. `now` is the instant of the change it makes; `tell` hears of each new version."""

    vault: Vault
    route: Route
    request: Request
    pager: Pager
    now: datetime
    sources: Sources
    tell: Callable[[News], None] = news.nobody

    @property
    def seconds(self) -> int:
        """The instant in unix seconds."""
        return int(self.now.timestamp())


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the operation answers: JSON, or no body where `content` is None."""

    content: dict[str, Any] | None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
