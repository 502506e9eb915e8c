"""Lists of versions: kept, shared, doubted, never another identity's."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from keyferry.model.errors import Unavailable
from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretProperties, SecretRef, SecretVersion
from keyferry.vault.feed import Inventory
from keyferry.vault.sent import Sent
from keyferry.vault.throttle import Priority
from keyferry.vault.verified import Listing
from keyferry.vault.versions import Versions
from tests.fakes.bundles import properties
from tests.fakes.model_vault import SteppedClock, identity, ref
from tests.fakes.virtual_time import run

MINUTE = timedelta(minutes=1)
API, WEB = identity("api"), identity("web")


class Vault:
    """One object's versions, told after a while as they were when the question left."""

    def __init__(self) -> None:
        self.serial = itertools.count(1)
        self.versions: list[SecretProperties] = []
        self.priorities: list[Priority] = []
        self.failure: Unavailable | None = None
        self.is_endless = False
        self.clock = SteppedClock()
        self.lists = Versions(self.list, self.clock)
        self.put()

    def put(self) -> None:
        self.versions.append(properties(version=SecretVersion(f"{next(self.serial):032x}")))

    async def list(
        self, identity: Identity, ref: SecretRef, priority: Priority, most_pages: int, sent: Sent
    ) -> Inventory:
        sent.leaves()
        self.priorities.append(priority)
        found, failure = tuple(self.versions), self.failure
        await asyncio.sleep(1)
        if failure is not None:
            raise failure
        return Inventory(properties=found, pages=1, whole=not self.is_endless)

    async def ask(self, who: Identity = API, *, fresh: bool = False, name: str = "db", version: str = "") -> int:
        return len((await self.listing(who, fresh=fresh, name=name, version=version)).properties)

    async def listing(
        self, who: Identity = API, *, fresh: bool = False, name: str = "db", version: str = ""
    ) -> Listing:
        return await self.lists.listing(who, ref(name, version), MINUTE, fresh=fresh)


def story(told: Callable[[Vault], Awaitable[None]]) -> Callable[[], None]:
    async def whole() -> None:
        vault = Vault()
        await told(vault)
        await vault.lists.aclose()

    return lambda: run(whole())


@story
async def test_a_list_is_kept_for_half_an_interval(vault: Vault) -> None:
    assert await vault.ask() == 1
    vault.put()
    assert await vault.ask(name="DB", version="1" * 32) == 1
    await asyncio.sleep(29.5)
    assert await vault.ask() == 2
    assert vault.priorities == [Priority.FIRST_READ, Priority.REFRESH]


@story
async def test_it_holds_since_the_question_left(vault: Vault) -> None:
    asked = vault.clock.now()
    assert (await vault.listing()).at == asked
    await asyncio.sleep(5)
    assert (await vault.listing()).at == asked


@story
async def test_those_who_ask_together_share_a_list(vault: Vault) -> None:
    assert await asyncio.gather(*(vault.ask() for _ in range(10))) == [1] * 10
    assert len(vault.priorities) == 1


@story
async def test_a_fresh_one_leaves_after_the_call(vault: Vault) -> None:
    early = asyncio.create_task(vault.ask())
    await asyncio.sleep(0.5)
    vault.put()
    assert await vault.ask(fresh=True) == 2
    assert await early == 1
    assert await vault.ask(fresh=True) == 2
    assert len(vault.priorities) == 3


@story
async def test_a_change_makes_a_list_count_no_more(vault: Vault) -> None:
    assert await vault.ask() == 1
    vault.put()
    vault.lists.changed(API, ref("db"))
    assert await vault.ask() == 2
    assert await vault.ask() == 2
    assert len(vault.priorities) == 2


@story
async def test_nor_one_that_was_under_way(vault: Vault) -> None:
    early = asyncio.create_task(vault.ask())
    await asyncio.sleep(0.5)
    vault.put()
    vault.lists.changed(API, ref("db", "2" * 32))
    assert await vault.ask() == 2
    assert await early == 1
    assert await vault.ask() == 2
    assert len(vault.priorities) == 2


@story
async def test_a_change_of_what_nobody_lists_is_no_matter(vault: Vault) -> None:
    vault.lists.changed(API, ref("other"))
    vault.lists.changed(WEB, ref("db"))
    assert await vault.ask() == 1


@story
async def test_each_identity_has_its_own(vault: Vault) -> None:
    assert await vault.ask(API) == 1
    vault.put()
    assert await vault.ask(WEB) == 2
    assert await vault.ask(API) == 1


@story
async def test_a_failure_is_told_to_all_who_wait_and_kept_for_nobody(vault: Vault) -> None:
    vault.failure = Unavailable(what="listing failed")
    answers = await asyncio.gather(*(vault.ask() for _ in range(3)), return_exceptions=True)
    assert answers == [vault.failure] * 3
    vault.failure = None
    assert await vault.ask() == 1


@story
async def test_a_list_that_does_not_end_is_an_error(vault: Vault) -> None:
    vault.is_endless = True
    with pytest.raises(Unavailable, match="no end"):
        await vault.ask()


@story
async def test_an_asker_who_goes_leaves_the_list_to_the_others(vault: Vault) -> None:
    first, second = asyncio.create_task(vault.ask()), asyncio.create_task(vault.ask())
    await asyncio.sleep(0.5)
    first.cancel()
    assert await second == 1
