"""What all feeds share: events reach whoever asks, lists serve passes, values are kept within bounds and let go."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from keyferry.model.errors import Unavailable
from keyferry.model.secrets import ObjectKind, SecretVersion
from keyferry.vault.activity import Activity
from keyferry.vault.surroundings import Place
from tests.fakes import virtual_time
from tests.fakes.feed_stage import API, MINUTE, NAMES, Stage
from tests.fakes.model_vault import VAULT, identity, ref


@pytest.mark.parametrize(
    ("version", "activity", "requests"),
    [
        pytest.param("new", Activity.EVENT_USED, 1, id="of-a-new-version"),
        pytest.param("held", Activity.EVENT_IGNORED, 0, id="of-the-version-held"),
        pytest.param("", Activity.EVENT_USED, 1, id="of-no-version"),
    ],
)
def test_an_event_is_followed_at_once(version: str, activity: Activity, requests: int) -> None:
    async def story() -> None:
        stage = Stage("a")
        await asyncio.sleep(10)
        await stage.read("a")
        stage.asked()
        held = stage.vault.objects["a"][-1].id
        new = stage.vault.put("a") if version != "held" else held
        known = {"new": new, "held": held, "": SecretVersion("")}[version]
        assert known is not None
        assert stage.feeds.woken(VAULT, ref("A").name, known, ObjectKind.SECRET) is activity
        await asyncio.sleep(1)
        assert stage.asked()["a"] == requests
        assert stage.told == ["a"] * requests
        assert (await stage.read("a")).bundle.properties.version == (new if requests else held)

    virtual_time.run(story())


def test_an_event_is_not_answered_by_a_read_that_had_left_before() -> None:
    async def story() -> None:
        stage = Stage("a", latency_seconds=2.0)
        await asyncio.sleep(10)
        await stage.read("a")
        slow = asyncio.create_task(stage.read("a", fresh=True))
        await asyncio.sleep(1.5)  # the vault has answered, the answer is on its way
        stage.vault.put("a", "new")
        stage.feeds.woken(VAULT, ref("a").name, SecretVersion(""), ObjectKind.SECRET)
        assert (await slow).bundle.value.reveal().startswith(b"v1")
        await asyncio.sleep(3)
        assert stage.told == ["a"]

    virtual_time.run(story())


def test_an_event_of_a_certificate_wakes_its_secret() -> None:
    async def story() -> None:
        stage = Stage("a")
        await asyncio.sleep(10)
        await stage.read("a")
        woken = partial(stage.feeds.woken, VAULT, ref("a").name, SecretVersion("f" * 32))
        assert woken(ObjectKind.KEY) is Activity.EVENT_UNKNOWN
        assert woken(ObjectKind.CERTIFICATE) is Activity.EVENT_USED
        assert stage.feeds.activity == {Activity.EVENT_UNKNOWN: 1, Activity.EVENT_USED: 1}

    virtual_time.run(story())


def test_an_event_whose_read_fails_wakes_the_consumers_to_try_themselves() -> None:
    async def story() -> None:
        stage = Stage("a")
        await asyncio.sleep(10)
        await stage.read("a")
        stage.vault.put("a", "new")
        stage.vault.failing_reads = 1
        stage.feeds.woken(VAULT, ref("a").name, SecretVersion(""), ObjectKind.SECRET)
        await asyncio.sleep(1)
        assert stage.told == ["a"]
        assert (await stage.read("a")).bundle.value.reveal().startswith(b"new"), "what is doubted is not in memory"

    virtual_time.run(story())


def test_lists_share_a_request_and_the_pass() -> None:
    async def story() -> None:
        stage = Stage(*NAMES)
        await asyncio.sleep(10)
        await stage.all(*NAMES)
        stage.asked()
        await asyncio.sleep(60)
        place = Place(vault_url=VAULT, identity=API)
        listings = await asyncio.gather(*(stage.feeds.list_all(place, MINUTE, fresh=False) for _ in range(5)))
        assert {len(listing.properties) for listing in listings} == {4}
        assert await stage.all(*NAMES) == ["v1", "v2", "v3", "v4"]
        assert (await stage.feeds.list_all(place, MINUTE, fresh=False)).at == listings[0].at
        assert stage.asked() == {"list": 1}
        stage.vault.put("e")
        assert len((await stage.feeds.list_all(place, MINUTE, fresh=True)).properties) == 5
        assert stage.told == ["e"], "for those who want lists"

    virtual_time.run(story())


def test_a_list_joins_the_one_under_way() -> None:
    async def story() -> None:
        stage = Stage(*NAMES, latency_seconds=2.0)
        place = Place(vault_url=VAULT, identity=API)
        first = asyncio.create_task(stage.feeds.list_all(place, MINUTE, fresh=False))
        await asyncio.sleep(0.5)
        second = asyncio.create_task(stage.feeds.list_all(place, None, fresh=False))
        fresh = [asyncio.create_task(stage.feeds.list_all(place, MINUTE, fresh=True)) for _ in range(3)]
        assert (await first).at == (await second).at
        assert {(await one).at for one in fresh} == {(await first).at + timedelta(seconds=2)}
        assert stage.asked() == {"list": 2}

    virtual_time.run(story())


def test_a_list_without_end_is_given_up() -> None:
    async def story() -> None:
        stage = Stage(is_endless=True)
        with pytest.raises(Unavailable, match="goes on after"):
            await stage.feeds.list_all(Place(vault_url=VAULT, identity=API), MINUTE, fresh=False)

    virtual_time.run(story())


def test_an_event_of_a_new_name_wakes_those_who_want_lists() -> None:
    async def story() -> None:
        stage = Stage("a")
        place = Place(vault_url=VAULT, identity=API)
        await stage.feeds.list_all(place, MINUTE, fresh=False)
        version = stage.vault.put("b")
        assert version is not None
        assert stage.feeds.woken(VAULT, ref("b").name, version, ObjectKind.SECRET) is Activity.EVENT_USED
        await asyncio.sleep(0)
        assert stage.told == ["b"]
        assert len((await stage.feeds.list_all(place, MINUTE, fresh=False)).properties) == 2

    virtual_time.run(story())


def test_a_pinned_version_is_read_at_each_interval() -> None:
    async def story() -> None:
        stage = Stage("a")
        version = stage.vault.objects["a"][0].id
        stage.vault.put("a")
        await asyncio.sleep(10)
        for expected in (1, 0, 1):
            found = await stage.feeds.read(API, ref("a", version), MINUTE, fresh=False)
            assert found.bundle.value.reveal().startswith(b"v1")
            assert stage.asked()["a"] == expected
            await asyncio.sleep(40 if not expected else 1)

    virtual_time.run(story())


def test_without_an_interval_it_is_read_and_not_tracked() -> None:
    async def story() -> None:
        stage = Stage("a")
        for _ in range(2):
            await stage.read("a", interval=None)
        assert stage.asked() == {"a": 2}
        assert stage.feeds.views()[0].tracked == 0
        assert stage.feeds.woken(VAULT, ref("a").name, SecretVersion(""), ObjectKind.SECRET) is Activity.EVENT_UNKNOWN

    virtual_time.run(story())


def test_names_are_one_whatever_their_case() -> None:
    async def story() -> None:
        stage = Stage("a")
        await asyncio.gather(stage.read("a"), stage.read("a"))
        assert (await stage.read("A")).bundle.properties.name == "a"
        assert stage.asked() == {"a": 1}

    virtual_time.run(story())


def test_an_evicted_value_is_read_again() -> None:
    async def story() -> None:
        stage = Stage(*NAMES, keeps=2)
        await asyncio.sleep(10)
        await stage.all(*NAMES)
        assert await stage.all(*NAMES) == ["v1", "v2", "v3", "v4"]

    virtual_time.run(story())


def test_what_nobody_asks_for_is_let_go_with_its_feed() -> None:
    async def story() -> None:
        stage = Stage("a", "b")
        await stage.all("a", "b")
        assert len(stage.cache) == 2
        await asyncio.sleep(200)
        await stage.feeds.read(identity("web"), ref("a"), MINUTE, fresh=False)
        assert [view.identity for view in stage.feeds.views()] == [identity("web")]
        assert len(stage.cache) == 1

    virtual_time.run(story())


def test_closing_ends_what_is_under_way() -> None:
    async def story() -> None:
        stage = Stage(*NAMES, latency_seconds=5.0)
        await stage.all(*NAMES)
        await asyncio.sleep(60)
        waiting = [asyncio.create_task(stage.read(name)) for name in NAMES]
        listing = asyncio.create_task(stage.feeds.list_all(Place(vault_url=VAULT, identity=API), None, fresh=True))
        await asyncio.sleep(1)
        await stage.feeds.aclose()
        ended = await asyncio.gather(*waiting, listing, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in ended)
        assert len(stage.cache) == 0

    virtual_time.run(story())
