"""One request to one vault, as the operations are given it, and what they answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keyferry.lab.azure.keyvault import news
from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.news import News, ObjectType
from keyferry.lab.azure.keyvault.paging import Pager
from keyferry.lab.azure.keyvault.routes import Route
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One instant in a vault's life, in which new versions can be made. `tell` hears of each of them."""

    vault: Vault
    now: datetime
    sources: Sources
    tell: Callable[[News], None] = news.nobody

    @property
    def seconds(self) -> int:
        """The instant in unix seconds."""
        return int(self.now.timestamp())

    def announce(self, kind: ObjectType, name: str, version: str, attributes: Attributes) -> None:
        """Tell of a new version."""
        self.tell(
            News(
                vault=self.vault.name,
                kind=kind,
                name=name,
                version=version,
                not_before=attributes.not_before,
                expires=attributes.expires,
                at=self.now,
            )
        )


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

    @property
    def moment(self) -> Moment:
        """The instant of the call in its vault."""
        return Moment(vault=self.vault, now=self.now, sources=self.sources, tell=self.tell)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the operation answers: JSON, or no body where `content` is None."""

    content: dict[str, Any] | None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
