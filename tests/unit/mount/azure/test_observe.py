"""What a mount is given, of which vault, and what is said where something is missing."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from keyferry.model.errors import GrantError, KeyferryError, NotFound, RoleMissing, SecretAbsent, Throttled, Unavailable
from keyferry.model.identity import ClientId, ManagedIdentity
from keyferry.model.secrets import ObjectKind, SecretVersion, VaultUrl
from keyferry.mount.azure.observe import CONCURRENT, LISTED, Access, Freshness, Observation, Observed
from keyferry.spec.azure_mount import MountObject
from keyferry.vault.verified import Verified
from tests.fakes.mount_source import API, START, VAULT, WEST, MountSource, shown, text, wanted

MINUTE = timedelta(minutes=1)


@pytest.fixture
def source() -> MountSource:
    return MountSource()


def observation(source: MountSource, *fallbacks: VaultUrl, fresh: bool = False) -> Observation:
    access = Access(identity=API, vault_url=VAULT, fallbacks=fallbacks)
    return Observation(source, access, Freshness(interval=MINUTE, fresh=fresh))


async def observed(source: MountSource, *objects: MountObject, fallbacks: tuple[VaultUrl, ...] = ()) -> Observed:
    return await observation(source, *fallbacks).of(objects)


def values(found: Observed) -> list[str]:
    return [text(one.bundle.value) for one in found.obtained]


async def test_every_object_is_read_once_in_the_order_of_the_list(source: MountSource) -> None:
    first = source.put("db", b"old")
    source.put("db", b"new")
    source.put("web", b"certificate", kind=ObjectKind.CERTIFICATE)
    source.age = timedelta(seconds=3)
    objects = (wanted("web", ObjectKind.CERTIFICATE), wanted("DB"), wanted("db", version=first))

    found = await observed(source, *objects)

    assert values(found) == ["certificate", "new", "old"]
    assert [one.wanted for one in found.obtained] == list(objects)
    assert (found.vault_url, found.instead_of, found.at) == (VAULT, None, START - source.age)
    assert sorted(source.asked) == ["kv-one db " + first, "kv-one db latest", "kv-one web latest"]
    assert {str(one.ref).rpartition("/")[2] for one in found.watched} == {"web", "db", first}


@pytest.mark.parametrize("fresh", [False, True])
async def test_everything_is_asked_for_as_young_as_the_mount_wants_it(source: MountSource, fresh: bool) -> None:
    source.put("db")
    source.put("db")
    await observation(source, fresh=fresh).of([wanted("db"), wanted("db", history=2)])
    assert (MINUTE, fresh) in source.freshness
    assert {interval for interval, _ in source.freshness} == {MINUTE, LISTED}


async def test_the_first_failure_in_the_list_is_told_and_names_its_object(source: MountSource) -> None:
    source.put("here")
    source.refusals = {"kv-one locked": GrantError(what="locked is disabled")}
    watch = observation(source)

    with pytest.raises(SecretAbsent, match=r"^objectType: secret, objectName: Gone, objectVersion: 77: http") as caught:
        await watch.of([wanted("here"), wanted("Gone", version=SecretVersion("77")), wanted("locked")])

    assert caught.value.__cause__ is None
    assert {ref.name for ref in watch.refused} == {"gone", "locked"}


class Slow(MountSource):
    """Its answers take a turn of the loop; those under way are counted."""

    under_way = 0
    most = 0

    def __init__(self) -> None:
        super().__init__()
        self.begun = asyncio.Event()

    async def read(self, *args: object, **options: object) -> Verified:
        self.begun.set()
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await asyncio.sleep(0)
            return await super().read(*args, **options)  # type: ignore[arg-type]  # passed on as they came
        finally:
            self.under_way -= 1


async def test_so_many_reads_at_once_and_no_more() -> None:
    source = Slow()
    names = [f"s{number}" for number in range(3 * CONCURRENT)]
    for name in names:
        source.put(name, name.encode())
    assert values(await observed(source, *map(wanted, names))) == names
    assert source.most == CONCURRENT


async def test_a_mount_that_is_given_up_leaves_nothing_under_way() -> None:
    source = Slow()
    task = asyncio.create_task(observed(source, wanted("a"), wanted("b")))
    await source.begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert source.under_way == 0


async def test_one_vault_serves_the_whole_mount(source: MountSource) -> None:
    for name in ("a", "b"):
        source.put(name, b"one")
        source.put(name, b"west", vault_url=WEST)
    source.refusals["kv-one b"] = Unavailable(what="b does not answer")
    source.fail(VaultUrl("https://kv-two.vault.azure.net"))

    fallbacks = (VaultUrl("https://kv-two.vault.azure.net"), WEST)
    found = await observed(source, wanted("a"), wanted("b"), fallbacks=fallbacks)

    assert values(found) == ["west", "west"]
    assert found.vault_url == WEST
    assert found.instead_of is not None
    assert found.instead_of.what == "objectType: secret, objectName: b: b does not answer"
    assert {shown(name, vault_url=url) for name in "ab" for url in (VAULT, WEST)} <= found.watched


@pytest.mark.parametrize(
    ("error", "tells"),
    [
        pytest.param(SecretAbsent(what="gone"), SecretAbsent, id="absent"),
        pytest.param(RoleMissing(what="refused"), RoleMissing, id="no-role"),
        pytest.param(Throttled(what="busy"), Throttled, id="throttled"),
    ],
)
async def test_a_vault_that_answers_needs_no_fallback(
    source: MountSource, error: KeyferryError, tells: type[KeyferryError]
) -> None:
    source.put("a", vault_url=WEST)
    source.refusals["kv-one a"] = error
    with pytest.raises(tells):
        await observed(source, wanted("a"), fallbacks=(WEST,))
    assert source.asked == ["kv-one a latest"]


async def test_no_vault_at_all(source: MountSource) -> None:
    source.fail()
    with pytest.raises(Unavailable, match="nor did the fallback vaults help") as caught:
        await observed(source, wanted("a"), fallbacks=(WEST,))
    assert caught.value.retry_after == timedelta(seconds=9)


async def test_a_history_is_the_newest_versions_each_read_by_its_id(source: MountSource) -> None:
    ids = [source.put("db", f"v{number}".encode(), enabled=number != 2) for number in range(4)]
    found = await observed(source, wanted("db", history=5))
    assert values(found) == ["v3", "v1", "v0"]
    assert [one.index for one in found.obtained] == [0, 1, 2]
    assert found.watched == {shown("db", version) for version in ("", ids[0], ids[1])}
    assert sorted(source.asked) == [
        *(f"kv-one db {version}" for version in ids[:2]),
        "kv-one db latest",
        "kv-one db versions",
    ]


async def test_a_history_can_begin_at_a_version(source: MountSource) -> None:
    ids = [source.put("db", f"v{number}".encode()) for number in range(4)]
    assert values(await observed(source, wanted("db", history=2, version=ids[2]))) == ["v2", "v1"]


async def test_a_list_that_does_not_know_the_latest_version_is_asked_for_anew(source: MountSource) -> None:
    source.put("db", b"v0")
    source.old_lists["db"] = tuple(one.properties for one in source.objects[VAULT, ObjectKind.SECRET, "db"])
    source.put("db", b"v1")
    assert values(await observed(source, wanted("db", history=2))) == ["v1", "v0"]
    assert source.asked.count("kv-one db versions") == 2


async def test_a_disabled_latest_version_leaves_the_older_ones(source: MountSource) -> None:
    source.put("db", b"v0")
    source.put("db", b"v1", enabled=False)
    assert values(await observed(source, wanted("db", history=2))) == ["v0"]


@pytest.mark.parametrize(
    ("barred", "tells"), [pytest.param(True, RoleMissing, id="no-role"), pytest.param(False, NotFound, id="absent")]
)
async def test_a_history_that_cannot_be_had(source: MountSource, barred: bool, tells: type[KeyferryError]) -> None:
    source.barred = {API} if barred else {ManagedIdentity(client_id=ClientId("other"))}
    with pytest.raises(tells, match="objectName: db"):
        await observed(source, wanted("db", history=2))


@pytest.mark.parametrize(
    ("passed", "is_read_again"), [pytest.param(1, True, id="younger-list"), pytest.param(-1, False, id="older-list")]
)
async def test_a_version_is_read_again_when_a_younger_list_shows_it_changed(
    source: MountSource, passed: int, is_read_again: bool
) -> None:
    source.put("db", b"v0", updated=START)
    source.put("db", b"v1", enabled=False)
    versions = source.objects[VAULT, ObjectKind.SECRET, "db"]
    source.old_lists["db"] = (replace(versions[0].properties, updated=START + MINUTE),)
    source.list_age = source.age - timedelta(seconds=passed)
    found = await observed(source, wanted("db", history=2))
    assert (values(found), found.at) == (["v0"], START - source.list_age)
    assert ((MINUTE, True) in source.freshness) is is_read_again
