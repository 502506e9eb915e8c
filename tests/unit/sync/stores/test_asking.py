"""What a store's vault is asked, and what it never is."""

import pytest

from keyferry.model.errors import SpecError
from keyferry.sync.kinds import SECRET_STORES
from keyferry.sync.stores.asking import Asking
from keyferry.sync.stores.plan import Checked
from tests.fakes.sync_world import KV, SyncWorld
from tests.fakes.vault_world import CLIENT, VAULT_HOST


async def checked(world: SyncWorld) -> Checked:
    world.catch_up()
    watched, store = world.directory.watched(KV), world.directory.parsed(KV)
    assert watched is not None
    assert store is not None
    return await Asking(world.directory, world.reader.clients).check(watched, store)


@pytest.fixture(autouse=True)
def _store(world: SyncWorld) -> None:
    world.account()
    world.store()


async def test_a_vault_that_answers_says_what_its_identity_may(world: SyncWorld) -> None:
    found = await checked(world)
    assert (found.refusal, found.may_list, found.may_read, found.not_listing) == (None, True, True, "")
    assert CLIENT in found.who
    assert world.azure.azure.values_served == 0


async def test_a_missing_role_says_which_one(world: SyncWorld) -> None:
    world.azure.azure.vaults[VAULT_HOST].listers.clear()
    found = await checked(world)
    assert (found.refusal, found.may_list, found.may_read) == (None, False, True)
    assert 'assign the role "Key Vault Secrets User"' in found.not_listing


async def test_an_invalid_spec_asks_nobody(world: SyncWorld) -> None:
    world.cluster.remove(SECRET_STORES, KV)
    world.store(vaultUrl="kv")
    found = await checked(world)
    assert isinstance(found.refusal, SpecError)
    assert not world.azure.azure.requests
