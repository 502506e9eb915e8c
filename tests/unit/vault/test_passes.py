"""One feed at work, on a model vault and a virtual clock: what it asks and when."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.model.errors import GrantError, RoleMissing, SecretAbsent, Unavailable
from keyferry.vault.choice import FAILURES, Mode
from keyferry.vault.surroundings import Place
from keyferry.vault.throttle import Priority
from tests.fakes import virtual_time
from tests.fakes.feed_stage import API, MINUTE, NAMES, Stage
from tests.fakes.model_vault import VAULT

PAGE = 25


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


@pytest.mark.parametrize(
    ("objects", "tracked", "requests"),
    [
        pytest.param(100, 100, 5, id="all-of-a-vault"),
        pytest.param(500, 500, 21, id="all-of-a-larger-one"),
        pytest.param(1_000, 50, 41, id="some-of-it"),
        pytest.param(1_000, 20, 20, id="little-of-it"),
        pytest.param(5, 1, 1, id="one"),
    ],
)
def test_a_pass_at_rest_costs_the_cheaper_of_a_list_and_reads(objects: int, tracked: int, requests: int) -> None:
    """Consumers who began at different times fall into one rhythm, whatever their number."""

    async def consumer(stage: Stage, name: str, delay: float) -> None:
        await asyncio.sleep(delay)
        while True:
            found = await stage.read(name)
            await asyncio.sleep((found.at + MINUTE - stage.clock.now()).total_seconds())

    async def story() -> None:
        names = [f"s{number:04}" for number in range(objects)]
        stage = Stage(*names)
        await asyncio.sleep(10)
        tasks = [asyncio.create_task(consumer(stage, name, n / 10)) for n, name in enumerate(names[:tracked])]
        await asyncio.sleep(600)
        stage.asked()
        await asyncio.sleep(600)
        counted = stage.asked()
        for task in tasks:
            task.cancel()
        assert sum(counted.values()) <= 10 * requests + requests
        assert sum(counted.values()) >= 10 * min(requests, tracked) - requests

    virtual_time.run(story())


@settings(max_examples=25, deadline=None)
@given(objects=st.integers(1, 110), wanted=st.integers(1, 110), changed=st.integers(0, 5))
def test_nothing_is_read_twice_in_a_pass(objects: int, wanted: int, changed: int) -> None:
    async def story() -> None:
        names = [f"s{number:03}" for number in range(objects)]
        tracked = names[:wanted]
        stage = Stage(*names)
        await asyncio.sleep(10)
        for _ in range(3):  # the first reads, a pass that learns the size, one at rest
            stage.asked()
            await stage.all(*tracked)
            await asyncio.sleep(60)
        at_rest = min(len(tracked), objects // PAGE + 1)
        assert stage.asked().total() <= at_rest
        for name in tracked[:changed]:
            stage.vault.put(name)
        await asyncio.sleep(60)
        await stage.all(*tracked)
        asked = stage.asked()
        assert asked.total() <= at_rest + changed
        assert all(count == 1 for name, count in asked.items() if name != "list")

    virtual_time.run(story())


def test_first_reads_go_before_refreshes() -> None:
    async def story() -> None:
        stage = Stage(*NAMES)
        place = Place(vault_url=VAULT, identity=API)
        await asyncio.sleep(10)
        await stage.all(*NAMES)
        assert {priority for _, priority in stage.vault.priorities} == {Priority.FIRST_READ}
        stage.vault.priorities.clear()
        await asyncio.sleep(60)
        stage.vault.put("a")
        await stage.all(*NAMES)
        await asyncio.sleep(60)
        await stage.read("a")
        assert {priority for _, priority in stage.vault.priorities} == {Priority.REFRESH}
        stage.vault.priorities.clear()
        await stage.read("b", fresh=True)
        await stage.feeds.list_all(place, None, fresh=False)
        await stage.feeds.list_all(place, None, fresh=False)
        first, refresh = Priority.FIRST_READ, Priority.REFRESH
        assert stage.vault.priorities == [("b", first), ("list", first), ("list", refresh)]

    virtual_time.run(story())


def test_what_is_refused_again_and_again_does_not_go_before_refreshes() -> None:
    async def story() -> None:
        stage = Stage("a")
        for _ in range(2):
            for name in ("a", "gone"):
                with suppress(SecretAbsent):
                    await stage.read(name, fresh=True)
        assert stage.vault.priorities == [
            ("a", Priority.FIRST_READ),
            ("gone", Priority.FIRST_READ),
            ("a", Priority.FIRST_READ),
            ("gone", Priority.REFRESH),
        ]

    virtual_time.run(story())


def test_an_unsettled_object_is_read_at_the_next_pass_and_then_rests() -> None:
    async def story() -> None:
        stage = Stage(*NAMES)
        assert await stage.all(*NAMES) == ["v1", "v2", "v3", "v4"]
        stage.vault.put("a", "soon")
        await asyncio.sleep(60)
        assert (await stage.all(*NAMES))[0] == "soon"
        assert set(stage.asked().values()) <= {1, 2}
        await asyncio.sleep(60)
        await stage.all(*NAMES)
        assert stage.asked() == {"list": 1}

    virtual_time.run(story())


def test_only_a_read_tells_that_an_object_is_gone() -> None:
    async def story() -> None:
        stage = Stage(*NAMES)
        await asyncio.sleep(10)
        await stage.all(*NAMES)
        stage.asked()
        await asyncio.sleep(60)
        stage.vault.delete("b")
        await asyncio.gather(*(stage.read(name) for name in ("a", "c", "d")))
        await asyncio.sleep(1)
        assert stage.asked() == {"list": 1, "b": 1}
        assert stage.told == ["b"]
        with pytest.raises(SecretAbsent):
            await stage.read("b")
        assert stage.asked() == {}, "from memory, for a moment"

    virtual_time.run(story())


def test_one_who_may_not_list_reads_and_tries_again_when_that_is_mended() -> None:
    async def story() -> None:
        stage = Stage(*NAMES)
        await asyncio.sleep(10)
        await stage.all(*NAMES)
        stage.vault.may_not_list.add(API)
        stage.asked()
        await asyncio.sleep(60)
        await stage.all(*NAMES)
        assert stage.asked() == {"list": 1, **dict.fromkeys(NAMES, 1)}
        await asyncio.sleep(60)
        await stage.all(*NAMES)
        assert stage.asked() == dict.fromkeys(NAMES, 1)
        (view,) = stage.feeds.views()
        assert (view.mode, view.tracked) == (Mode.READS, 4)
        assert "may not list" in view.why
        stage.vault.may_not_list.clear()
        stage.feeds.forget(API)
        await asyncio.sleep(60)
        await stage.all(*NAMES)
        assert stage.asked() == {"list": 1}

    virtual_time.run(story())


def test_a_list_that_fails_fails_those_who_waited_and_verifies_nobody() -> None:
    async def story() -> None:
        stage = Stage(*NAMES)
        await asyncio.sleep(10)
        before = (await stage.read("d", interval=10 * MINUTE)).at
        await stage.all("a", "b", "c")
        await asyncio.sleep(60)
        stage.vault.failing_lists = 1
        answers = await asyncio.gather(*(stage.read(name) for name in ("a", "b", "c")), return_exceptions=True)
        assert all(isinstance(answer, Unavailable) for answer in answers)
        assert [str(answer) for answer in answers] == [
            f"reading secret {name} failed (Key Vault {VAULT} secrets/{name})" for name in ("a", "b", "c")
        ], "each is told of what it asked for"
        assert (await stage.read("d", interval=10 * MINUTE)).at == before
        assert await stage.all("a", "b", "c") == ["v1", "v2", "v3"]

    virtual_time.run(story())


def test_where_lists_fail_and_reads_do_not_nobody_fails_after_the_first_lists() -> None:
    async def story() -> None:
        stage = Stage(*NAMES)
        await asyncio.sleep(10)
        await stage.all(*NAMES)
        stage.vault.failing_lists = 1_000
        failed = 0
        for _ in range(60):
            await asyncio.sleep(60)
            answers = await asyncio.gather(*(stage.read(name) for name in NAMES), return_exceptions=True)
            failed += any(isinstance(answer, Exception) for answer in answers)
        assert failed == FAILURES - 1

    virtual_time.run(story())


def test_who_asks_anew_is_answered_by_what_begins_after() -> None:
    async def story() -> None:
        stage = Stage(*NAMES)
        await asyncio.sleep(10)
        await stage.all(*NAMES)
        stage.vault.put("a", "new")
        before = stage.clock.now()
        found = await stage.read("a", fresh=True)
        assert found.bundle.value.reveal().startswith(b"new")
        assert found.at >= before
        stage.asked()
        assert await stage.all(*NAMES, fresh=True) == ["new", "v2", "v3", "v4"]
        assert stage.asked() == {"list": 1, "a": 1}, "a is not settled yet, and read once"

    virtual_time.run(story())


def test_a_refusal_takes_the_value_away_and_a_failure_does_not() -> None:
    async def story() -> None:
        stage = Stage("a")
        await asyncio.sleep(10)
        await stage.read("a")
        stage.vault.failing_reads = 1
        with pytest.raises(Unavailable):
            await stage.read("a", fresh=True)
        assert (await stage.read("a")).bundle.value.reveal().startswith(b"v1")
        assert stage.told == []
        stage.vault.may_not_read.add(API)
        with pytest.raises(RoleMissing):
            await stage.read("a", fresh=True)
        await asyncio.sleep(0)
        assert stage.told == ["a"]
        assert len(stage.cache) == 0
        with pytest.raises(RoleMissing):
            await stage.read("a")

    virtual_time.run(story())


def test_a_disabled_object_costs_no_request_at_rest() -> None:
    async def story() -> None:
        stage = Stage(*NAMES)
        await asyncio.sleep(10)
        await stage.all(*NAMES)
        stage.vault.enable("a", False)
        for _ in range(3):
            await asyncio.sleep(60)
            await stage.all("b", "c", "d")
        assert stage.asked()["a"] == 2, "its first read, and the one that found it disabled"
        with pytest.raises(GrantError):
            await stage.read("a")

    virtual_time.run(story())


def test_a_caller_who_is_cancelled_leaves_the_pass_to_the_others() -> None:
    async def story() -> None:
        stage = Stage(*NAMES)
        await asyncio.sleep(10)
        await stage.all(*NAMES)
        await asyncio.sleep(60)
        stage.asked()
        tasks = [asyncio.create_task(stage.read(name)) for name in NAMES]
        await asyncio.sleep(0.021)
        tasks[0].cancel()
        await asyncio.gather(*tasks[1:])
        assert stage.asked() == {"list": 1}

    virtual_time.run(story())


def test_a_crash_of_a_pass_does_not_wedge_the_feed() -> None:
    async def story() -> None:
        stage = Stage(*NAMES)
        await asyncio.sleep(10)
        await stage.all(*NAMES)
        await asyncio.sleep(60)
        stage.vault.objects["z"] = []  # without a version the model cannot list it
        broken = await asyncio.gather(*(stage.read(name) for name in NAMES), return_exceptions=True)
        assert all(isinstance(one, IndexError) for one in broken)
        del stage.vault.objects["z"]
        assert await stage.all(*NAMES) == ["v1", "v2", "v3", "v4"]

    virtual_time.run(story())


def test_a_look_costs_one_list_and_tells_of_what_changed() -> None:
    async def story() -> None:
        stage = Stage(*NAMES)
        await asyncio.sleep(10)
        await stage.feeds.look()
        assert stage.asked() == {}, "nothing is tracked yet"
        await stage.all(*NAMES)
        stage.asked()
        await asyncio.sleep(10)
        stage.vault.put("c", "new")
        await asyncio.gather(stage.feeds.look(), stage.feeds.look())
        await asyncio.sleep(1)
        assert stage.asked() == {"list": 1, "c": 1}
        assert stage.told == ["c"]
        assert await stage.all(*NAMES) == ["v1", "v2", "new", "v4"]
        assert stage.asked() == {}, "from memory: the look verified it all"

    virtual_time.run(story())


def test_a_look_at_little_of_a_large_vault_reads_it() -> None:
    async def story() -> None:
        stage = Stage(*(f"s{number:03}" for number in range(500)))
        await asyncio.sleep(10)
        await stage.all("s001", "s002")
        await asyncio.sleep(10)
        await stage.feeds.look()  # learns how large the vault is
        await asyncio.sleep(10)
        stage.asked()
        await stage.feeds.look()
        await asyncio.sleep(1)
        assert stage.asked() == {"s001": 1, "s002": 1}

    virtual_time.run(story())


def test_a_look_leaves_refusals_to_those_who_ask() -> None:
    async def story() -> None:
        stage = Stage(*NAMES)
        await asyncio.sleep(10)
        await stage.all(*NAMES)
        stage.vault.failing_lists = 10
        stage.asked()
        for _ in range(FAILURES + 1):
            await asyncio.sleep(10)
            await stage.feeds.look()
        assert stage.asked()["list"] == FAILURES

    virtual_time.run(story())
