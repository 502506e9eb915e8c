"""All feeds against a model vault, with random rotations, faults, clock steps and consumers."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.model.identity import Identity
from keyferry.model.secrets import ObjectKind, SecretName, SecretVersion
from keyferry.vault.cache import Cache
from keyferry.vault.feeds import Feeds
from keyferry.vault.throttle import Budget
from tests.fakes import virtual_time
from tests.fakes.feed_consumers import RETRY_SECONDS, ROUNDING, Consumer
from tests.fakes.model_vault import VAULT, ModelVault, SteppedClock, identity

NAMES = ("a", "b", "c", "d", "e", "f")
IDENTITIES = (identity("api"), identity("web"))
INTERVALS = (0, 2, 10, 10, 60, 60)
AMPLE = Budget(limit=800, window=timedelta(seconds=10), refresh_share=0.5, first_share=1.0)
TIGHT = Budget(limit=8, window=timedelta(seconds=10), refresh_share=0.5, first_share=1.0)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a story happens in."""

    intervals: tuple[int, ...]  # of the consumers: all names of the one identity, then all of the other; 0 for nobody
    skew: int
    page_size: int
    latency: float
    is_tight: bool
    keeps: int

    @property
    def budget(self) -> Budget:
        return TIGHT if self.is_tight else AMPLE


class World:
    """A vault, feeds over it, and consumers who ask."""

    def __init__(self, setting: Setting) -> None:
        self.vault = ModelVault(
            skew=timedelta(seconds=setting.skew),
            page_size=setting.page_size,
            latency_seconds=setting.latency,
            budget=setting.budget,
        )
        self.clock = SteppedClock()
        self.feeds = Feeds(self.vault.source, self.clock, Cache(limit_entries=setting.keeps))
        wanted = zip(itertools.product(IDENTITIES, NAMES), setting.intervals, strict=True)
        self.consumers = [self._consumer(*who, interval) for who, interval in wanted if interval]
        for consumer in self.consumers:
            self.feeds.on_change(consumer.is_told)

    def _consumer(self, whose: Identity, name: str, interval: int) -> Consumer:
        return Consumer(
            identity=whose,
            name=name,
            interval=timedelta(seconds=interval),
            vault=self.vault,
            clock=self.clock,
            feeds=self.feeds,
        )

    async def act(self, what: str, name: str, number: int) -> None:
        """Do one thing to the world."""
        vault, whose = self.vault, IDENTITIES[number % 2]
        simple: dict[str, Callable[[], object]] = {
            "put": lambda: vault.put(name),
            "disable": lambda: vault.enable(name, False),
            "enable": lambda: vault.enable(name, True),
            "delete": lambda: vault.delete(name),
            "recover": lambda: vault.recover(name),
            "purge": lambda: vault.purge(name),
            "event": lambda: self._event(name),
            "step": lambda: self.clock.step(timedelta(seconds=(number - 5) * 40)),
            "no list": lambda: vault.may_not_list.add(whose),
            "list again": lambda: vault.may_not_list.discard(whose),
            "no role": lambda: vault.may_not_read.add(whose),
            "role again": lambda: vault.may_not_read.discard(whose),
        }
        if what in simple:
            simple[what]()
        elif what == "put twice":
            vault.put(name)
            await asyncio.sleep(number / 20)
            vault.put(name)
        elif what == "fail":
            vault.failing_reads, vault.failing_lists = number, 10 - number
        else:
            await self.consumers[number % len(self.consumers)].look(fresh=True)

    def _event(self, name: str) -> None:
        version = self.vault.objects[name][-1].id if name in self.vault.objects else SecretVersion("f" * 32)
        self.feeds.woken(VAULT, SecretName(name), version, ObjectKind.SECRET)

    def heal(self) -> None:
        """End all faults."""
        self.vault.failing_reads = self.vault.failing_lists = 0
        self.vault.may_not_list.clear()
        self.vault.may_not_read.clear()


ACTIONS = (
    *("put", "put twice", "put", "put twice", "disable", "enable", "delete", "recover", "purge", "event", "step"),
    *("no list", "list again", "no role", "role again", "fail", "fail", "look"),
)
Step = tuple[int, str, str, int]
steps = st.lists(
    st.tuples(st.integers(0, 5_000), st.sampled_from(ACTIONS), st.sampled_from(NAMES), st.integers(0, 10)),
    min_size=5,
    max_size=40,
)
some_settings = st.builds(
    Setting,
    intervals=st.lists(st.sampled_from(INTERVALS), min_size=12, max_size=12).map(tuple).filter(any),
    skew=st.integers(-400, 400),
    page_size=st.sampled_from((1, 2, 4, 25, 25)),
    latency=st.sampled_from((0.01, 0.2, 1.0)),
    is_tight=st.sampled_from((False, False, True)),
    keeps=st.sampled_from((3, 50, 50)),
)


@settings(max_examples=60, deadline=None)
@given(setting=some_settings, steps=steps)
def test_no_change_is_missed_and_nothing_is_given_to_the_wrong_one(setting: Setting, steps: list[Step]) -> None:
    async def story() -> None:
        world = World(setting)
        for name in NAMES[:4]:
            world.vault.put(name)
        running = [asyncio.create_task(consumer.run()) for consumer in world.consumers]
        for milliseconds, what, name, number in steps:
            await asyncio.sleep(milliseconds / 1_000)
            await world.act(what, name, number)
        world.heal()
        await asyncio.sleep(max(setting.intervals) + 2 * RETRY_SECONDS + 20 * setting.latency)
        for task in running:
            if task.done():
                task.result()
            task.cancel()
        await asyncio.wait(running)
        for consumer in () if setting.is_tight else world.consumers:
            assert consumer.holds == world.vault.state(consumer.name), f"{consumer.name} of {consumer.identity.who}"
        _assert_within(setting.budget, [when for when, _ in world.vault.requests])
        await world.feeds.aclose()

    virtual_time.run(story())


def _assert_within(budget: Budget, sent: list[float]) -> None:
    window = budget.window.total_seconds() - ROUNDING
    for position, when in enumerate(sent):
        assert sum(1 for one in sent[position:] if one < when + window) <= budget.limit
