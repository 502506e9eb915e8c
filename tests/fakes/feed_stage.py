"""A model vault, feeds over it, and who is told: the stage for stories of the change feed."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

from keyferry.vault.cache import Cache
from keyferry.vault.feeds import Feeds
from keyferry.vault.verified import Verified
from tests.fakes.model_vault import ModelVault, SteppedClock, identity, ref

MINUTE = timedelta(minutes=1)
API = identity("api")
NAMES = ("a", "b", "c", "d")


class Stage:
    """A vault with `names`, and feeds over it."""

    def __init__(self, *names: str, keeps: int = 50_000, **settings: Any) -> None:
        self.vault = ModelVault(**settings)
        self.clock = SteppedClock()
        self.cache = Cache(limit_entries=keeps)
        self.feeds = Feeds(self.vault.source, self.clock, self.cache)
        self.told: list[str] = []
        self.feeds.on_change(lambda _, changed: self.told.append(changed.name))
        for name in names:
            self.vault.put(name)

    async def read(self, name: str, *, fresh: bool = False, interval: timedelta | None = MINUTE) -> Verified:
        return await self.feeds.read(API, ref(name), interval, fresh=fresh)

    async def all(self, *names: str, fresh: bool = False) -> list[str]:
        found = await asyncio.gather(*(self.read(name, fresh=fresh) for name in names))
        return [one.bundle.value.reveal().decode().partition(" ")[0] for one in found]

    def asked(self) -> Counter[str]:
        """What was asked since the last call."""
        counted = Counter(what for _, what in self.vault.requests)
        self.vault.requests.clear()
        return counted
