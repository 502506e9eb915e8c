"""The watch answers, the API server where the watch does not know; it is asked once for all, and for so long."""

import asyncio
from datetime import timedelta

import pytest

from keyferry.admit.accounts import AccountCache
from keyferry.admit.observe import READS, Accounts
from keyferry.advice.surroundings import Account
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES, SERVICE_ACCOUNTS
from keyferry.model.errors import GrantError, KeyferryError, SpecError, Unavailable
from tests.fakes.kube_world import KubeWorld
from tests.fakes.metadata_client import MetadataClient
from tests.fakes.patience import patient

READER = Key(namespace="apps", name="reader")
KNOWN = Account(namespace="apps", name="reader")


@pytest.fixture
def client() -> MetadataClient:
    world = KubeWorld()
    world.seed(NAMESPACES, {"metadata": {"name": "apps"}})
    return MetadataClient(world)


def create(client: MetadataClient, name: str = "reader") -> None:
    client.world.seed(SERVICE_ACCOUNTS, {"metadata": {"name": name, "namespace": "apps"}})


async def test_the_watch_answers_first(client: MetadataClient) -> None:
    cache = AccountCache()
    cache.applied(READER, KNOWN)
    accounts = Accounts(client, cache)
    assert await accounts.find(READER) is KNOWN
    assert client.calls == []
    assert accounts.outcomes == {"cache": 1}


async def test_who_is_not_in_the_watch_is_asked_for_once_by_many(client: MetadataClient) -> None:
    create(client)
    accounts = Accounts(client, AccountCache())
    found = await asyncio.gather(*(accounts.find(READER) for _ in range(10)))
    assert found == [KNOWN] * 10
    assert client.calls == ["get"]
    assert accounts.outcomes == {"read": 10}


async def test_who_exists_nowhere_is_missing_and_looked_for_again(client: MetadataClient) -> None:
    accounts = Accounts(client, AccountCache())
    assert await accounts.find(READER) is None
    create(client)
    assert await accounts.find(READER) == KNOWN
    assert accounts.outcomes == {"missing": 1, "read": 1}


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(Unavailable(what="away"), id="away"),
        pytest.param(GrantError(what="forbidden"), id="forbidden"),
    ],
)
async def test_a_server_that_does_not_say_is_a_failure_for_all(client: MetadataClient, failure: KeyferryError) -> None:
    create(client)
    client.fails = failure
    accounts = Accounts(client, AccountCache())
    told = await asyncio.gather(*(accounts.find(READER) for _ in range(3)), return_exceptions=True)
    assert told == [failure] * 3
    client.fails = None
    assert await accounts.find(READER) == KNOWN


async def test_patience_ends(client: MetadataClient) -> None:
    client.latency = 60.0
    accounts = Accounts(client, AccountCache(), timedelta(milliseconds=10))
    with pytest.raises(Unavailable, match="in time"):
        await accounts.find(READER)


async def test_reads_under_way_are_bounded(client: MetadataClient) -> None:
    client.latency = 0.05
    accounts = Accounts(client, AccountCache())
    keys = (Key(namespace="apps", name=f"a-{number}") for number in range(READS + 5))
    told = await asyncio.gather(*(accounts.find(key) for key in keys), return_exceptions=True)
    assert sum(isinstance(one, Unavailable) for one in told) == 5
    assert await accounts.find(READER) is None, "the places are free again"


async def test_who_gives_up_takes_nothing_from_the_others(client: MetadataClient) -> None:
    create(client)
    client.latency = 0.01
    accounts = Accounts(client, AccountCache())
    first, second = (asyncio.create_task(accounts.find(READER)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == KNOWN


async def test_ready_when_listed_or_when_reads_succeed(client: MetadataClient) -> None:
    cache = AccountCache()
    accounts = Accounts(client, cache)
    assert "not listed" in accounts.problem
    client.fails = Unavailable(what="away")
    with pytest.raises(Unavailable):
        await accounts.find(READER)
    assert accounts.problem == "away"
    client.fails = None
    await accounts.find(READER)
    assert accounts.problem == ""
    client.fails = Unavailable(what="away")
    with pytest.raises(Unavailable):
        await accounts.find(READER)
    cache.synced()
    assert accounts.problem == ""


async def test_what_is_no_account_is_not_one(client: MetadataClient) -> None:
    client.world.seed(SERVICE_ACCOUNTS, {"metadata": {"name": "reader", "namespace": "apps", "annotations": {"a": 1}}})
    with pytest.raises(Unavailable, match="no ServiceAccount"):
        await Accounts(client, AccountCache()).find(READER)


async def test_an_impossible_name_says_nothing_of_the_server(client: MetadataClient) -> None:
    accounts = Accounts(client, AccountCache())
    await accounts.find(READER)
    client.failures.append(SpecError(what="not a name"))
    with pytest.raises(SpecError):
        await accounts.find(READER)
    assert accounts.problem == ""


async def test_tries_until_the_watch_has_told_all(client: MetadataClient) -> None:
    cache = AccountCache()
    accounts = Accounts(client, cache, pause=timedelta(milliseconds=1))
    client.failures.append(Unavailable(what="away"))
    trying = asyncio.create_task(accounts.keep_trying())
    async with patient():
        while accounts.problem:  # noqa: ASYNC110  (it is being tried)
            await asyncio.sleep(0.001)
        cache.synced()
        await trying
    assert accounts.outcomes == {}


async def test_a_failure_that_nobody_waits_for_any_more_is_no_trouble(client: MetadataClient) -> None:
    client.fails, client.latency = Unavailable(what="away"), 0.01
    accounts = Accounts(client, AccountCache())
    asking = asyncio.create_task(accounts.find(READER))
    await asyncio.sleep(0)
    asking.cancel()
    async with patient():
        while accounts.problem != "away":  # noqa: ASYNC110  (it is about to fail)
            await asyncio.sleep(0.001)
