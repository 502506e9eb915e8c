"""May this identity read or list? Asked without a value ever coming back."""

import pytest

from keyferry.model.errors import AssertionRejected, NotFound, RoleMissing, Unavailable
from keyferry.model.secrets import SecretName, VaultUrl
from keyferry.vault import probe
from keyferry.vault.client import Clients
from keyferry.vault.probe import Verdict
from tests.fakes.vault_world import CLIENT, VAULT, VAULT_HOST, World


@pytest.fixture
def clients(world: World) -> Clients:
    return Clients(world.credentials, world.session, world.clock)


async def test_a_reader_may_read_and_gets_no_value(world: World, clients: Clients) -> None:
    identity = world.identity()
    world.grant()
    world.azure.put(VAULT_HOST, "db", "canary")

    found = await probe.may_read(clients, identity, VAULT, SecretName("db"))

    assert found == probe.Probe(verdict=Verdict.ALLOWED)
    assert world.azure.values_served == 0


async def test_a_stranger_may_not_and_is_told_why(world: World, clients: Clients) -> None:
    identity = world.identity()

    reading = await probe.may_read(clients, identity, VAULT)
    listing = await probe.may_list(clients, identity, VAULT)

    assert (reading.verdict, listing.verdict) == (Verdict.REFUSED, Verdict.REFUSED)
    assert isinstance(reading.reason, RoleMissing)
    assert isinstance(listing.reason, RoleMissing)


async def test_a_lister_may_list_with_one_request(world: World, clients: Clients) -> None:
    identity = world.identity()
    world.azure.vaults[VAULT_HOST].listers.add(CLIENT)
    for number in range(60):
        world.azure.put(VAULT_HOST, f"s{number}", "v")

    assert (await probe.may_list(clients, identity, VAULT)).verdict is Verdict.ALLOWED
    assert world.azure.requests["list"] == 1


async def test_a_refused_assertion_is_a_refusal(world: World, clients: Clients) -> None:
    found = await probe.may_read(clients, world.identity(trusted=False), VAULT)

    assert found.verdict is Verdict.REFUSED
    assert isinstance(found.reason, AssertionRejected)


async def test_a_missing_service_account_is_no_permission(world: World, clients: Clients) -> None:
    identity = world.identity()
    world.tokens.accounts.clear()
    found = await probe.may_read(clients, identity, VAULT)

    assert found.verdict is Verdict.UNKNOWN
    assert isinstance(found.reason, NotFound)


async def test_a_vault_that_nobody_reaches_is_unknown(world: World, clients: Clients) -> None:
    found = await probe.may_list(clients, world.identity(), VaultUrl("https://kv-gone.vault.azure.net"))

    assert found.verdict is Verdict.UNKNOWN
    assert isinstance(found.reason, Unavailable)
