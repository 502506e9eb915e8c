"""When copies stand for a vault: whole, young enough, of one vault, and of nobody else."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from keyferry.model.errors import (
    AssertionRejected,
    GrantError,
    KeyferryError,
    NotFound,
    RoleMissing,
    SecretAbsent,
    Throttled,
    Unavailable,
)
from keyferry.model.identity import ClientId, Identity, ManagedIdentity
from keyferry.model.secrets import SecretBundle, SecretRef, VaultUrl
from keyferry.mount.azure.copies import Copies
from keyferry.mount.azure.observe import Access, Freshness, Observation, Observed, reference
from keyferry.mount.copies.sealing import Kept
from tests.fakes.mount_source import API, START, VAULT, WEST, MountSource, shown, text, wanted

DAY = timedelta(days=1)
WEB = ManagedIdentity(client_id=ClientId("web"))
DOWN = Unavailable(what="down")
OBJECTS = (wanted("a"), wanted("B"))


@dataclass
class MemoryLastGood:
    """Copies in memory."""

    kept: dict[tuple[Identity, SecretRef], Kept] = field(default_factory=dict)

    async def keep(self, identity: Identity, ref: SecretRef, bundle: SecretBundle, at: datetime) -> None:
        self.kept[identity, ref] = Kept(bundle=bundle, at=at)

    async def find(self, identity: Identity, ref: SecretRef) -> Kept | None:
        return self.kept.get((identity, ref))

    async def drop(self, identity: Identity, ref: SecretRef) -> None:
        self.kept.pop((identity, ref), None)


class World:
    """Vaults, copies and a clock."""

    def __init__(self) -> None:
        self.source = MountSource()
        for name in ("a", "b"):
            self.source.put(name, b"one")
            self.source.put(name, b"west", vault_url=WEST)
        self.last_good = MemoryLastGood()
        self.time = START
        self.copies = Copies(self.last_good, self)

    def now(self) -> datetime:
        return self.time

    def observation(self, identity: Identity = API, url: VaultUrl = VAULT, *fallbacks: VaultUrl) -> Observation:
        access = Access(identity=identity, vault_url=url, fallbacks=fallbacks)
        return Observation(self.source, access, Freshness(interval=timedelta(minutes=1)))

    async def keep(self, identity: Identity = API, url: VaultUrl = VAULT) -> None:
        await self.copies.keep(identity, await self.observation(identity, url).of(OBJECTS))

    async def find(
        self, identity: Identity = API, url: VaultUrl = VAULT, *fallbacks: VaultUrl, limit: timedelta = DAY
    ) -> Observed | None:
        return await self.copies.instead_of(DOWN, self.observation(identity, url, *fallbacks), OBJECTS, limit)


@pytest.fixture
def world() -> World:
    return World()


async def test_a_whole_mount_comes_back_with_the_age_of_its_oldest_copy(world: World) -> None:
    await world.keep()
    ref = reference(OBJECTS[1], VAULT)
    world.last_good.kept[API, ref] = replace(world.last_good.kept[API, ref], at=START - timedelta(hours=1))

    found = await world.find()

    assert found is not None
    assert [text(one.bundle.value) for one in found.obtained] == ["one", "one"]
    assert [one.wanted for one in found.obtained] == list(OBJECTS)
    assert (found.at, found.vault_url, found.instead_of) == (START - timedelta(hours=1), VAULT, DOWN)


@pytest.mark.parametrize(
    ("passed", "serves"),
    [
        pytest.param(timedelta(0), True, id="at-once"),
        pytest.param(DAY, True, id="just-young-enough"),
        pytest.param(DAY + timedelta(seconds=1), False, id="too-old"),
        pytest.param(timedelta(hours=-1), True, id="clock-set-back-a-little"),
        pytest.param(-DAY - timedelta(seconds=1), False, id="clock-set-back-far"),
    ],
)
async def test_a_copy_serves_as_long_as_the_class_says(world: World, passed: timedelta, serves: bool) -> None:
    await world.keep()
    world.time += passed
    assert (await world.find() is not None) is serves


async def test_a_mount_that_is_not_whole_is_none(world: World) -> None:
    await world.keep()
    await world.last_good.drop(API, reference(OBJECTS[1], VAULT))
    assert await world.find() is None


async def test_nobody_else_is_served(world: World) -> None:
    await world.keep(API)
    assert await world.find(WEB) is None


async def test_copies_of_two_vaults_are_never_mixed(world: World) -> None:
    await world.keep(API, VAULT)
    await world.keep(API, WEST)
    await world.last_good.drop(API, reference(OBJECTS[0], VAULT))
    found = await world.find(API, VAULT, WEST)
    assert found is not None
    assert found.vault_url == WEST
    assert [text(one.bundle.value) for one in found.obtained] == ["west", "west"]
    await world.last_good.drop(API, reference(OBJECTS[1], WEST))
    assert await world.find(API, VAULT, WEST) is None


async def test_what_was_looked_at_in_vain_is_watched(world: World) -> None:
    await world.keep()
    world.source.fail()
    watch = world.observation()
    with pytest.raises(Unavailable):
        await watch.of(OBJECTS)
    found = await world.copies.instead_of(DOWN, watch, OBJECTS, DAY)
    assert found is not None
    assert shown("a") in found.watched


@pytest.mark.parametrize(
    ("error", "is_dropped"),
    [
        pytest.param(SecretAbsent(what="gone"), True, id="absent"),
        pytest.param(RoleMissing(what="refused"), True, id="no-role"),
        pytest.param(GrantError(what="disabled"), True, id="disabled"),
        pytest.param(AssertionRejected(what="refused", code=70021), True, id="no-identity"),
        pytest.param(NotFound(what="no vault answered"), False, id="a-proxys-404"),
        pytest.param(Unavailable(what="down"), False, id="outage"),
        pytest.param(Throttled(what="busy"), False, id="throttled"),
    ],
)
async def test_what_the_vault_refuses_is_let_go(world: World, error: KeyferryError, is_dropped: bool) -> None:
    await world.keep()
    await world.copies.drop_refused(API, {reference(OBJECTS[0], VAULT): error})
    assert (await world.find() is None) is is_dropped
    assert (API, reference(OBJECTS[1], VAULT)) in world.last_good.kept


async def test_each_part_of_a_mount_keeps_its_own_age(world: World) -> None:
    observed = await world.observation().of(OBJECTS)
    ages = (START - timedelta(seconds=30), START)
    await world.copies.keep(API, replace(observed, each_at=ages))
    assert sorted(kept.at for kept in world.last_good.kept.values()) == sorted(ages)
    found = await world.find()
    assert found is not None
    assert found.at == ages[0]
