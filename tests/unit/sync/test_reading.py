from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keyferry.model.errors import NotFound, SecretAbsent, SpecError, Unavailable
from keyferry.model.identity import ClientId, Identity, ManagedIdentity
from keyferry.model.secrets import (
    ObjectKind,
    SecretBundle,
    SecretName,
    SecretProperties,
    SecretRef,
    SecretValue,
    SecretVersion,
    VaultUrl,
)
from keyferry.spec import sources
from keyferry.spec.sources import GeneratorRef, StoreRef
from keyferry.sync.consumers import Interest
from keyferry.sync.reading import NO_GENERATORS, Freshness, Ports, Reading
from keyferry.sync.state import Found, Got, Made, Unread
from keyferry.sync.stores.directory import Access
from keyferry.vault.verified import Listing, Verified

FIRST, SECOND = (VaultUrl(f"https://kv-{name}.vault.azure.net") for name in ("first", "second"))
ME = ManagedIdentity(client_id=ClientId("me"))
NOW = datetime(2026, 11, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)
DOWN = Unavailable(what="kv-first does not answer", cause="no route")


def _properties(name: str) -> SecretProperties:
    return SecretProperties(
        name=SecretName(name),
        version=SecretVersion(""),
        enabled=True,
        created=None,
        updated=None,
        expires=None,
        not_before=None,
        content_type="",
        tags=(),
    )


class Vaults:
    """Vaults with objects by address; each answer is a minute younger than the one before."""

    def __init__(self, **objects: list[str]) -> None:
        self.objects = {VaultUrl(f"https://kv-{vault}.vault.azure.net"): names for vault, names in objects.items()}
        self.down: set[VaultUrl] = set()
        self.asked: list[tuple[str, timedelta | None, bool]] = []
        self.in_memory: dict[str, datetime] = {}  # by name, since when
        self.concerned: list[Interest] = []
        self.untold: list[str] = []  # what was asked for before anybody was told
        self._minutes = 0

    async def read(
        self, identity: Identity, ref: SecretRef, *, interval: timedelta | None = None, fresh: bool = False
    ) -> Verified:
        self._ask(str(ref), ref.vault_url, interval, fresh)
        if _interest(ref.name, FIRST, ref.kind) not in self.concerned:
            self.untold.append(ref.name)
        if ref.name not in self.objects[ref.vault_url]:
            raise SecretAbsent(what=f"{ref.name} is not there")
        bundle = SecretBundle(properties=_properties(ref.name), value=SecretValue(str(ref).encode()))
        return Verified(bundle=bundle, at=self._next())

    def remembered(self, identity: Identity, ref: SecretRef, interval: timedelta) -> Verified | None:
        if ref.vault_url != FIRST or ref.name not in self.in_memory:
            return None
        bundle = SecretBundle(properties=_properties(ref.name), value=SecretValue(b"remembered"))
        return Verified(bundle=bundle, at=self.in_memory[ref.name])

    async def list_properties(
        self, identity: Identity, vault_url: VaultUrl, *, interval: timedelta | None = None, fresh: bool = False
    ) -> Listing:
        self._ask(f"list {vault_url}", vault_url, interval, fresh)
        return Listing(properties=tuple(_properties(name) for name in self.objects[vault_url]), at=self._next())

    def _ask(self, what: str, vault: VaultUrl, interval: timedelta | None, fresh: bool) -> None:
        self.asked.append((what, interval, fresh))
        if vault in self.down:
            raise DOWN

    def _next(self) -> datetime:
        self._minutes += 1
        return NOW - HOUR + timedelta(minutes=self._minutes)


def _reading(vaults: Vaults, *, interval: timedelta | None = HOUR, fresh: bool = False) -> Reading:
    async def access_to(store: StoreRef | None) -> Access:
        if store is not None:
            raise NotFound(what="there is no such store")
        return Access(identity=ME, vault_url=FIRST, fallbacks=(SECOND,))

    async def generate(reference: GeneratorRef) -> Mapping[str, bytes]:
        if reference.name == "gone":
            raise NotFound(what="there is no such generator")
        return {"password": reference.name.encode()}

    ports = Ports(access_to=access_to, generate=generate, concern=vaults.concerned.append)
    return Reading(vaults, Freshness(interval=interval, fresh=fresh), ports)


def _item(key: str, **remote: str) -> sources.DataItem:
    return sources.data_item({"secretKey": "A", "remoteRef": {"key": key, **remote}})


FIND = sources.data_from({"find": {"name": {"regexp": "db"}}})


def _interest(name: str, vault: VaultUrl = FIRST, kind: ObjectKind = ObjectKind.SECRET) -> Interest:
    return Interest(identity=ME, vault_url=vault, kind=kind, name=name)


@pytest.mark.parametrize(
    ("key", "address"),
    [
        pytest.param("db", "secrets/db", id="secret"),
        pytest.param("secret/db", "secrets/db", id="secret-by-type"),
        pytest.param("cert/db", "certificates/db", id="certificate"),
        pytest.param("key/db", "keys/db", id="key"),
    ],
)
async def test_each_type_of_object_has_its_address(key: str, address: str) -> None:
    vaults = Vaults(first=["db"])
    read = await _reading(vaults).item(_item(key))
    assert isinstance(read, Got)
    assert read.bundle.value.reveal().decode() == f"{FIRST}/{address}"


async def test_the_oldest_read_tells_since_when_it_holds() -> None:
    reading = _reading(Vaults(first=["a", "b"]))
    assert reading.at is None
    await reading.item(_item("a"))
    await reading.item(_item("b"))
    assert reading.at == NOW - HOUR + timedelta(minutes=1)
    assert reading.interests == {_interest("a"), _interest("b")}


async def test_who_reads_is_told_before_the_vault_is_asked() -> None:
    vaults = Vaults(first=["a", "db"])
    reading = _reading(vaults)
    await reading.item(_item("a"))
    await reading.source(FIND)
    assert vaults.untold == []
    assert set(vaults.concerned) == reading.interests


async def test_a_failure_as_data_keeps_nothing_else_alive() -> None:
    read = await _reading(Vaults(first=[])).item(_item("db"))
    assert isinstance(read, Unread)
    assert read.error.__traceback__ is None


@pytest.mark.parametrize(("interval", "fresh"), [(HOUR, False), (HOUR, True), (None, True)])
async def test_freshness_is_passed_on(interval: timedelta | None, fresh: bool) -> None:
    vaults = Vaults(first=["db"])
    reading = _reading(vaults, interval=interval, fresh=fresh)
    await reading.item(_item("db"))
    await reading.source(FIND)
    assert {asked[1:] for asked in vaults.asked} == {(interval, fresh)}
    assert bool(reading.interests) is (interval is not None)


async def test_while_the_first_vault_is_down_the_next_one_serves_and_is_told() -> None:
    vaults = Vaults(first=["db"], second=["db"])
    vaults.down.add(FIRST)
    reading = _reading(vaults)
    read = await reading.item(_item("db"))
    assert isinstance(read, Got)
    assert read.bundle.value.reveal().decode().startswith(SECOND)
    assert list(reading.fallbacks) == [f"secret db came from kv-second, because kv-first is unavailable: {DOWN}"]
    assert reading.interests == {_interest("db"), _interest("db", SECOND)}


async def test_a_find_stays_in_the_vault_that_was_listed() -> None:
    vaults = Vaults(first=["db-a"], second=["db-b", "x"])
    vaults.down.add(FIRST)
    reading = _reading(vaults)
    found = await reading.source(FIND)
    assert isinstance(found, Found)
    assert [name for name, _ in found.reads] == ["db-b"]
    assert _interest("", SECOND) in reading.interests


async def test_failures_are_outcomes() -> None:
    vaults = Vaults(first=["db"], second=["db"])
    vaults.down |= {FIRST, SECOND}
    reading = _reading(vaults)
    read, found = await reading.item(_item("db")), await reading.source(FIND)
    assert isinstance(read, Unread)
    assert isinstance(found, Found)
    assert isinstance(found.error, Unavailable)
    assert reading.at is None
    assert _interest("db") in reading.interests, "so that a change wakes who waits for it"


async def test_a_store_that_cannot_be_used_is_an_outcome() -> None:
    own: Mapping[str, Any] = {"sourceRef": {"storeRef": {"name": "other"}}}
    reading = _reading(Vaults(first=[]))
    read = await reading.item(sources.data_item({"secretKey": "A", "remoteRef": {"key": "db"}, **own}))
    found = await reading.source(sources.data_from({"find": {"name": {"regexp": "db"}}, **own}))
    assert isinstance(read, Unread)
    assert isinstance(found, Found)
    assert [type(each) for each in (read.error, found.error)] == [NotFound] * 2


async def test_entries_share_the_read_of_one_object() -> None:
    vaults = Vaults(first=["db"])
    reading = _reading(vaults)
    first, second = await reading.item(_item("db")), await reading.item(_item("db", property="x"))
    assert first is second
    assert len(vaults.asked) == 1


OLDER, YOUNGER = NOW - timedelta(minutes=20), NOW - timedelta(minutes=10)
EXTRACT = sources.data_from({"extract": {"key": "b"}})


async def test_what_is_all_in_memory_costs_no_question() -> None:
    vaults = Vaults(first=["a", "b"])
    vaults.in_memory = {"a": YOUNGER, "b": OLDER}
    reading = _reading(vaults)
    found, read = await reading.all([EXTRACT], [_item("a"), _item("b", property="x")])
    assert [one.bundle.value.reveal() for one in (*found, *read) if isinstance(one, Got)] == [b"remembered"] * 3
    assert (vaults.asked, reading.at) == ([], OLDER)
    assert reading.interests == {_interest("a"), _interest("b")}


@pytest.mark.parametrize(
    ("data_from", "data", "interval", "fresh"),
    [
        pytest.param([], ["a", "c"], HOUR, False, id="one-is-not-in-memory"),
        pytest.param([FIND], ["a"], HOUR, False, id="a-list-is-wanted"),
        pytest.param([EXTRACT], ["a"], HOUR, True, id="it-shall-be-fresh"),
        pytest.param([EXTRACT], ["a"], None, False, id="it-is-read-but-once"),
    ],
)
async def test_else_everything_is_asked_for_as_ever(
    data_from: list[sources.DataFrom], data: list[str], interval: timedelta | None, fresh: bool
) -> None:
    vaults = Vaults(first=["a", "b", "c", "db"])
    vaults.in_memory = {"a": YOUNGER, "b": OLDER}
    reading = _reading(vaults, interval=interval, fresh=fresh)
    found, read = await reading.all(data_from, [_item(name) for name in data])
    assert len(vaults.asked) >= len(found) + len(read)
    assert reading.at == NOW - HOUR + timedelta(minutes=1)


async def test_each_entry_of_an_unknown_store_fails() -> None:
    own = {"sourceRef": {"storeRef": {"name": "other"}}}
    item = sources.data_item({"secretKey": "A", "remoteRef": {"key": "db"}, **own})
    _, read = await _reading(Vaults(first=["db"])).all([], [item, _item("db")])
    assert [type(one) for one in read] == [Unread, Got]


def _generator(name: str) -> sources.DataFrom:
    kind = {"apiVersion": "generators.external-secrets.io/v1alpha1", "kind": "Password", "name": name}
    return sources.data_from({"sourceRef": {"generatorRef": kind}})


async def test_a_generator_makes_values_up_or_fails_as_an_outcome() -> None:
    reading = _reading(Vaults(first=[]))
    made, refused = await reading.source(_generator("mine")), await reading.source(_generator("gone"))
    assert made == Made(values={"password": SecretValue(b"mine")})
    assert isinstance(refused, Unread)
    assert isinstance(refused.error, NotFound)


async def test_an_entry_that_names_a_store_alone_gives_nothing() -> None:
    entry = sources.data_from({"sourceRef": {"storeRef": {"name": "kv"}}})
    assert await _reading(Vaults(first=[])).source(entry) == Made(values={})


async def test_a_process_without_generators_says_so() -> None:
    with pytest.raises(SpecError, match="no generators"):
        await NO_GENERATORS.generate(GeneratorRef(api_version="v", kind="UUID", name="one"), "app")
