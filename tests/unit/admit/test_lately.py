"""A ServiceAccount that the watch does not know yet is asked for, and no other."""

import pytest

from keyferry.admit.accounts import AccountCache
from keyferry.admit.known import Known
from keyferry.admit.lately import with_account
from keyferry.admit.observe import Accounts
from keyferry.advice.surroundings import Account
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES, SERVICE_ACCOUNTS
from keyferry.model.errors import KeyferryError, Unavailable
from tests.fakes.kube_world import KubeWorld
from tests.fakes.metadata_client import MetadataClient

READER = Key(namespace="apps", name="reader")
ACCOUNT = Account(namespace="apps", name="reader")


@pytest.fixture
def client() -> MetadataClient:
    world = KubeWorld()
    world.seed(NAMESPACES, {"metadata": {"name": "apps"}})
    world.seed(SERVICE_ACCOUNTS, {"metadata": {"name": "reader", "namespace": "apps"}})
    return MetadataClient(world)


@pytest.mark.parametrize("key", [pytest.param(None, id="no-account"), pytest.param(READER, id="known-by-watch")])
async def test_nobody_is_asked(client: MetadataClient, key: Key | None) -> None:
    cache = AccountCache()
    cache.applied(READER, ACCOUNT)
    around = Known(cache)
    assert await with_account(around, Accounts(client, cache), key) is around
    assert client.calls == []


@pytest.mark.parametrize(
    ("name", "fails", "found", "is_known"),
    [
        pytest.param("reader", None, ACCOUNT, True, id="there"),
        pytest.param("nobody", None, None, True, id="missing"),
        pytest.param("reader", Unavailable(what="away"), None, False, id="unknown"),
    ],
)
async def test_the_api_server_is_asked(
    client: MetadataClient, name: str, fails: KeyferryError | None, found: Account | None, is_known: bool
) -> None:
    cache = AccountCache()
    client.fails = fails
    around = await with_account(Known(cache), Accounts(client, cache), Key(namespace="apps", name=name))
    assert (around.account("apps", name), around.knows_accounts) == (found, is_known)
