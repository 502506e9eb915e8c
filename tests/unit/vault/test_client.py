"""One client for each vault and identity: pooled, challenged once, patient with a vault that nobody reaches."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from keyferry.model.errors import GrantError, NotFound, SpecError, Unavailable
from keyferry.model.secrets import ObjectKind, SecretName, SecretRef
from keyferry.vault import client
from keyferry.vault.client import Clients
from keyferry.vault.throttle import Budget, Priority
from tests.fakes.azure_http import Fault
from tests.fakes.patience import PATIENCE, patient
from tests.fakes.vault_world import OTHER_TENANT, OTHER_VAULT, TENANT, VAULT, VAULT_HOST, World

REF = SecretRef(vault_url=VAULT, name=SecretName("db"))


@pytest.fixture
def clients(world: World) -> Clients:
    world.azure.put(VAULT_HOST, "db", "v")
    return Clients(world.credentials, world.session, world.clock, first_seconds=PATIENCE)


async def test_the_same_vault_and_identity_share_a_client(world: World, clients: Clients) -> None:
    api, web = world.identity("api"), world.identity("web")

    assert clients.of(VAULT, api) is clients.of(VAULT, api)
    assert clients.of(VAULT, api) is not clients.of(VAULT, web)
    assert clients.of(VAULT, api) is not clients.of(OTHER_VAULT, api)
    first = clients.of(VAULT, api)
    clients.close()
    assert clients.of(VAULT, api) is not first


async def test_the_pool_is_bounded(world: World, clients: Clients) -> None:
    first = clients.of(VAULT, world.identity("s0", trusted=False))
    kept = clients.of(VAULT, world.identity("s1", trusted=False))
    for number in range(2, client.CLIENTS + 1):
        clients.of(VAULT, world.identity("s1", trusted=False))
        clients.of(VAULT, world.identity(f"s{number}", trusted=False))

    assert clients.of(VAULT, world.identity("s1", trusted=False)) is kept
    assert clients.of(VAULT, world.identity("s0", trusted=False)) is not first


async def test_connections_are_reused(world: World, clients: Clients) -> None:
    identity = world.identity()
    world.grant()
    for _ in range(10):
        await clients.of(VAULT, identity).get(REF, Priority.FIRST_READ)

    assert world.proxy.connects[VAULT_HOST] == 1


async def test_a_vault_out_of_reach_is_left_alone_for_a_moment_and_then_asked_again(
    world: World, clients: Clients
) -> None:
    identity = world.identity()
    world.grant()
    world.azure.vault_faults.extend([Fault(0)] * 6)  # three attempts, each of which aiohttp repeats once by itself

    for _ in range(3):
        with pytest.raises(Unavailable, match="broke off"):
            await clients.of(VAULT, identity).get(REF, Priority.FIRST_READ)
    assert world.azure.requests["fault"] == 6
    world.clock.advance(timedelta(seconds=1.1))

    assert (await clients.of(VAULT, identity).get(REF, Priority.FIRST_READ)).value.reveal() == b"v"


async def test_a_challenge_of_another_domain_is_not_answered(world: World, clients: Clients) -> None:
    identity = world.identity()
    challenge = 'Bearer authorization="https://login.microsoftonline.com/t", resource="https://elsewhere.example"'
    world.azure.vault_faults.append(Fault(401, "{}", (("WWW-Authenticate", challenge),)))

    with pytest.raises(SpecError, match="parent domain"):
        await clients.of(VAULT, identity).get(REF, Priority.FIRST_READ)

    assert world.azure.requests["token"] == 0


async def test_a_redirect_is_not_followed(world: World, clients: Clients) -> None:
    identity = world.identity()
    world.grant()
    await clients.of(VAULT, identity).get(REF, Priority.FIRST_READ)
    world.azure.vault_faults.append(Fault(307, "", (("Location", "https://evil.example/"),)))

    with pytest.raises(Unavailable):
        await clients.of(VAULT, identity).get(REF, Priority.FIRST_READ)

    assert "evil.example" not in world.proxy.connects


async def test_a_list_ends_after_as_many_pages_as_asked_for(world: World, clients: Clients) -> None:
    identity = world.identity()
    world.grant()
    for number in range(60):
        world.azure.put(VAULT_HOST, f"s{number}", "v")
    asked = clients.of(VAULT, identity)

    whole = await asked.list_pages(ObjectKind.SECRET, Priority.FIRST_READ, 4)
    cut = await asked.list_pages(ObjectKind.SECRET, Priority.FIRST_READ, 2)

    assert (len(whole.properties), whole.pages, whole.whole) == (61, 3, True)
    assert (len(cut.properties), cut.pages, cut.whole) == (50, 2, False)


async def test_two_identities_are_challenged_apart_and_share_the_lane(world: World, clients: Clients) -> None:
    world.grant()
    api, web = world.identity("api"), world.identity("web")
    world.azure.vault_faults.append(Fault(429, "{}", (("Retry-After", "600"),)))

    answers = await asyncio.gather(
        *(clients.of(VAULT, one).get(REF, Priority.FIRST_READ) for one in (api, web)), return_exceptions=True
    )
    later = await asyncio.gather(
        *(clients.of(VAULT, one).get(REF, Priority.FIRST_READ) for one in (api, web)), return_exceptions=True
    )

    assert "fewer requests" in str(answers[0])
    assert all("fewer requests" in str(answer) for answer in later)


async def test_a_failure_that_all_share_names_to_each_his_own_secret(world: World, clients: Clients) -> None:
    identity = world.identity()
    world.azure.vault_faults.extend([Fault(0)] * 6)
    other = SecretRef(vault_url=VAULT, name=SecretName("other"))
    for ref in (REF, other):
        with pytest.raises(Unavailable) as caught:
            await clients.of(VAULT, identity).get(ref, Priority.FIRST_READ)
        assert str(caught.value).startswith(f"reading secret {ref.name} failed: {VAULT} does not answer")
        assert caught.value.where is not None
        assert caught.value.where.path == f"secrets/{ref.name}"
    with pytest.raises(Unavailable, match="listing secrets failed"):
        await clients.of(VAULT, identity).list_pages(ObjectKind.SECRET, Priority.FIRST_READ, 9)


async def test_a_crowd_does_not_wait_for_a_vault_that_was_dead_a_moment_ago(world: World, clients: Clients) -> None:
    asked = clients.of(VAULT, world.identity())
    world.grant()
    world.azure.vault_faults.extend([Fault(0)] * 6)
    with pytest.raises(Unavailable):
        await asked.get(REF, Priority.FIRST_READ)
    world.clock.advance(timedelta(seconds=1.1))
    world.azure.latency = 1.2 * client.CROWD_SECONDS
    answers = await asyncio.gather(*(asked.get(REF, Priority.FIRST_READ) for _ in range(5)), return_exceptions=True)

    assert [type(answer).__name__ for answer in answers] == ["SecretBundle"] + ["Unavailable"] * 4


async def test_a_crowd_does_not_wait_long_for_the_first_answer_of_all(world: World) -> None:
    clients = Clients(world.credentials, world.session, world.clock, first_seconds=0.01)
    world.azure.latency = 3600  # who waited for that would hang here
    asked = clients.of(VAULT, world.identity())
    first = asyncio.create_task(asked.get(REF, Priority.FIRST_READ))
    await world.proxy.connected.wait()
    with pytest.raises(Unavailable, match="has not answered yet"):
        await asked.get(REF, Priority.FIRST_READ)
    with pytest.raises(Unavailable, match="reading secret db failed"):  # who comes later does not wait at all
        await asked.get(REF, Priority.FIRST_READ)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)


async def test_how_long_a_crowd_waits_is_for_its_process_to_say(world: World) -> None:
    world.azure.put(VAULT_HOST, "db", "v")
    world.grant()
    world.azure.latency = 0.2
    clients = Clients(world.credentials, world.session, world.clock, first_seconds=0.01)
    asked = clients.of(VAULT, world.identity())
    answers = await asyncio.gather(*(asked.get(REF, Priority.FIRST_READ) for _ in range(3)), return_exceptions=True)

    assert [type(answer).__name__ for answer in answers] == ["SecretBundle"] + ["Unavailable"] * 2


BROKEN = Fault(503, "{}", (("Retry-After", "0.001"),))
ATTEMPTS = 4


async def test_a_vault_that_gives_broken_answers_alone_is_left_alone_like_a_dead_one(
    world: World, clients: Clients
) -> None:
    """Else a thousand consumers would try again, each four times, for as long as a vault is sick."""
    asked = clients.of(VAULT, world.identity())
    world.grant()
    await asked.get(REF, Priority.FIRST_READ)
    world.azure.vault_faults.extend([BROKEN] * ATTEMPTS * client.BROKEN_IN_A_ROW)
    for _ in range(10):
        with pytest.raises(Unavailable, match=r"reading secret db failed: .* is out of order"):
            await asked.get(REF, Priority.REFRESH)
    assert world.azure.requests["fault"] == ATTEMPTS * client.BROKEN_IN_A_ROW
    world.clock.advance(timedelta(seconds=1.1))

    assert (await asked.get(REF, Priority.REFRESH)).value.reveal() == b"v"


async def test_an_object_that_is_broken_among_others_that_are_not_stops_nobody(world: World, clients: Clients) -> None:
    asked = clients.of(VAULT, world.identity())
    world.grant()
    for _ in range(client.BROKEN_IN_A_ROW + 1):
        world.azure.vault_faults.extend([BROKEN] * ATTEMPTS)
        with pytest.raises(Unavailable):
            await asked.get(REF, Priority.REFRESH)
        assert (await asked.get(REF, Priority.REFRESH)).value.reveal() == b"v"


async def test_nobody_waits_for_a_whole_list_that_asks_first(world: World, clients: Clients) -> None:
    world.grant()
    for number in range(100):
        world.azure.put(VAULT_HOST, f"s{number}", "v")
    asked = clients.of(VAULT, world.identity())
    world.azure.latency = 0.05  # for each of its five pages
    listing = asyncio.create_task(asked.list_pages(ObjectKind.SECRET, Priority.REFRESH, 9))
    await asyncio.sleep(0)

    assert (await asked.get(REF, Priority.FIRST_READ)).value.reveal() == b"v"
    assert not listing.done()
    assert (await listing).whole


async def test_who_asks_first_for_all_does_not_wait_behind_refreshes(world: World) -> None:
    """The window is full of first reads of others: a refresh waits, and so would all who wait for it."""
    world.azure.put(VAULT_HOST, "db", "v")
    world.grant()
    api, web = world.identity("api"), world.identity("web")
    clients = Clients(world.credentials, world.session, world.clock, Budget(limit=20))  # 5 refreshes, 15 first reads
    for _ in range(5):
        await clients.of(VAULT, api).get(REF, Priority.FIRST_READ)
    async with patient():
        await clients.of(VAULT, web).list_one_page()
        await clients.of(VAULT, web).get(REF, Priority.FIRST_READ)


@pytest.mark.parametrize("kind", list(ObjectKind))
async def test_a_vault_that_was_in_another_tenant_is_asked_again_where_it_is_now(
    world: World, clients: Clients, kind: ObjectKind
) -> None:
    """The vendor's client keeps what a vault once said of its tenant for as long as the process lives."""
    world.grant()
    asked = clients.of(VAULT, world.identity())
    world.azure.vaults[VAULT_HOST].tenant = OTHER_TENANT
    for _ in range(10):
        with pytest.raises(GrantError, match=f"trusts tenant {OTHER_TENANT}"):
            await asked.list_pages(kind, Priority.REFRESH, 1)
    assert world.azure.requests["challenge"] == 2, "it is not asked each time"
    world.azure.vaults[VAULT_HOST].tenant = TENANT
    world.clock.advance(client.TENANT_KEPT)
    with pytest.raises(GrantError):
        await asked.list_pages(kind, Priority.REFRESH, 1)

    with suppress(NotFound):  # the fake vault has neither certificates nor keys, and says so to who is let in
        assert (await asked.list_pages(kind, Priority.REFRESH, 9)).whole


@pytest.mark.parametrize(
    ("body", "is_list"),
    [
        pytest.param('{"status": "ok"}', True, id="no-list"),
        pytest.param('{"value": [{}]}', True, id="a-list-of-nothing"),
        pytest.param('{"value": [], "nextLink": "https://evil.example/secrets"}', True, id="a-link-elsewhere"),
        pytest.param('{"value": "garbage"}', False, id="a-value-of-nothing"),
        pytest.param(
            f'{{"value": "garbage", "id": "{VAULT}/secrets/other/{"0" * 32}"}}', False, id="a-value-of-something-else"
        ),
    ],
)
async def test_what_is_no_vaults_answer_is_neither_a_value_nor_an_empty_vault(
    world: World, clients: Clients, body: str, is_list: bool
) -> None:
    world.grant()
    asked = clients.of(VAULT, world.identity())
    await asked.get(REF, Priority.FIRST_READ)
    world.azure.vault_faults.append(Fault(200, body))
    with pytest.raises(Unavailable, match="is out of order: the answer was not understood"):
        await (
            asked.list_pages(ObjectKind.SECRET, Priority.REFRESH, 9) if is_list else asked.get(REF, Priority.REFRESH)
        )
