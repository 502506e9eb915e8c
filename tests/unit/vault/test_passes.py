"""One feed at work, on a model vault and a virtual clock: what it asks, when, and that it misses nothing."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

from keyferry.vault.feeds import Feeds
from keyferry.vault.verified import Verified
from tests.fakes import virtual_time
from tests.fakes.model_vault import ModelVault, SteppedClock, identity, ref

MINUTE = timedelta(minutes=1)
API = identity("api")


class Stage:
    """A vault with `names`, and feeds over it."""

    def __init__(self, *names: str, **settings: Any) -> None:
        self.vault = ModelVault(**settings)
        self.clock = SteppedClock()
        self.feeds = Feeds(self.vault.source, self.clock)
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


NAMES = ("a", "b", "c", "d")


def test_first_reads_are_plain_reads_and_then_one_list_serves_all() -> None:
    async def story() -> None:
        stage = Stage(*NAMES)
        await asyncio.sleep(10)
        assert await stage.all(*NAMES) == ["v1", "v2", "v3", "v4"]
        assert stage.asked() == dict.fromkeys(NAMES, 1)
        assert await stage.all(*NAMES) == ["v1", "v2", "v3", "v4"]
        assert stage.asked() == {}, "from memory"
        await asyncio.sleep(60)
        stage.vault.put("b", "new")
        assert await stage.all(*NAMES) == ["v1", "new", "v3", "v4"]
        assert stage.asked() == {"list": 1, "b": 1}
        assert stage.told == ["b"]

    virtual_time.run(story())
