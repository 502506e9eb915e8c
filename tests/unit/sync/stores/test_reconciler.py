"""Whole checks of stores against the fake API server and fake Azure."""

import base64
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from keyferry.identity.federation import audiences_of
from keyferry.kube.controller.loop import Again, Done
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import EVENTS, SECRETS, SERVICE_ACCOUNTS
from keyferry.model.errors import (
    AssertionRejected,
    GrantError,
    KeyferryError,
    NotFound,
    SpecError,
    Throttled,
    Unavailable,
)
from keyferry.model.identity import ServiceAccountRef
from keyferry.sync.kinds import SECRET_STORES
from keyferry.sync.stores.directory import Directory
from keyferry.sync.stores.identities import Identities
from keyferry.sync.stores.material import OwnIdentity
from keyferry.sync.stores.reconciler import INTERVAL, StoreReconciler, Writer
from keyferry.sync.stores.stored_secrets import StoredSecrets
from tests.fakes.azure_http import Fault
from tests.fakes.sync_world import KV, SyncWorld
from tests.fakes.vault_world import CLIENT, TENANT, VAULT_HOST

FORBIDDEN = Fault(403, '{"error": {"code": "Forbidden", "innererror": {"code": "ForbiddenByRbac"}}}')
FIREWALL = Fault(403, '{"error": {"code": "Forbidden", "innererror": {"code": "ForbiddenByFirewall"}}}')


async def check(world: SyncWorld) -> Done | Again:
    world.catch_up()
    writer = Writer(client=world.client, recorder=world.recorder)
    stores = StoreReconciler(world.directory, world.reader.clients, writer, world.azure.clock, "default")
    return await stores.reconcile(KV)


def told(world: SyncWorld) -> tuple[str, str, str]:
    return world.ready(SECRET_STORES, KV)


@pytest.fixture(autouse=True)
def _store(world: SyncWorld) -> None:
    world.account()
    world.store()


async def test_a_store_whose_vault_answers_is_valid(world: SyncWorld) -> None:
    assert await check(world) == Again(INTERVAL)
    assert told(world)[:2] == ("True", "Valid")
    assert CLIENT in told(world)[2]
    assert world.cluster.get(SECRET_STORES, KV)["status"]["capabilities"] == "ReadWrite"
    assert await world.events() == [("Normal", "Valid")]
    assert world.azure.azure.values_served == 0


async def test_its_own_refresh_interval_says_when_it_is_checked_again(world: SyncWorld) -> None:
    world.edit(SECRET_STORES, KV, lambda store: store["spec"].update(refreshInterval=60))
    assert await check(world) == Again(timedelta(minutes=1))


async def test_what_stands_there_is_not_written_again(world: SyncWorld) -> None:
    await check(world)
    await check(world)
    assert world.api.verbs("secretstores") == ["patch"]
    assert await world.events() == [("Normal", "Valid")]


async def test_a_role_that_may_read_and_not_list_is_enough(world: SyncWorld) -> None:
    world.azure.azure.vaults[VAULT_HOST].listers.clear()
    assert await check(world) == Again(INTERVAL)
    assert told(world)[:2] == ("True", "Valid")
    assert "not list" in told(world)[2]


async def test_roles_on_single_secrets_show_at_their_use(world: SyncWorld) -> None:
    world.azure.azure.vaults[VAULT_HOST].listers.clear()
    world.azure.azure.vaults[VAULT_HOST].readers.clear()
    assert await check(world) == Again(INTERVAL)
    assert told(world)[:2] == ("True", "ValidationUnknown")


def lose_the_account(world: SyncWorld) -> None:
    world.cluster.remove(SERVICE_ACCOUNTS, Key(namespace="app", name="reader"))


def lose_the_federated_credential(world: SyncWorld) -> None:
    world.azure.azure.identities[TENANT][CLIENT].clear()


def spoil_the_spec(world: SyncWorld) -> None:
    world.edit(SECRET_STORES, KV, lambda store: store["spec"]["provider"]["azurekv"].update(vaultUrl="kv"))


def close_the_firewall(world: SyncWorld) -> None:
    world.azure.azure.vault_faults.append(FIREWALL)


def throttle(world: SyncWorld) -> None:
    world.azure.azure.vault_faults.extend([Fault(429, headers=(("Retry-After", "60"),))] * 9)


def break_the_vault(world: SyncWorld) -> None:
    world.azure.azure.vault_faults.append(Fault(200, "<html>", content_type="text/html"))


def break_the_vault_after_the_list(world: SyncWorld) -> None:
    world.azure.azure.vault_faults.extend([FORBIDDEN, Fault(200, "<html>", content_type="text/html")])


@pytest.mark.parametrize(
    ("spoil", "error", "reason"),
    [
        pytest.param(lose_the_account, NotFound, "InvalidProviderConfig", id="no-account"),
        pytest.param(lose_the_federated_credential, AssertionRejected, "InvalidProviderConfig", id="entra-refuses"),
        pytest.param(spoil_the_spec, SpecError, "InvalidProviderConfig", id="invalid"),
        pytest.param(close_the_firewall, GrantError, "InvalidProviderConfig", id="firewall"),
        pytest.param(throttle, Throttled, "ValidationUnknown", id="throttled"),
        pytest.param(break_the_vault, Unavailable, "ValidationUnknown", id="out-of-order"),
        pytest.param(break_the_vault_after_the_list, Unavailable, "ValidationUnknown", id="out-of-order-in-between"),
    ],
)
async def test_a_refusal_is_told_and_raised_for_the_loop(
    world: SyncWorld, spoil: Callable[[SyncWorld], None], error: type[KeyferryError], reason: str
) -> None:
    spoil(world)
    with pytest.raises(error) as caught:
        await check(world)
    assert told(world) == ("False", reason, str(caught.value))
    assert await world.events() == [("Warning", reason)]
    (event,) = world.cluster.all_of(EVENTS)
    assert event["involvedObject"]["kind"] == "SecretStore"


async def test_a_store_mends_itself(world: SyncWorld) -> None:
    break_the_vault(world)
    with pytest.raises(Unavailable):
        await check(world)
    world.azure.clock.advance(timedelta(minutes=1))
    assert await check(world) == Again(INTERVAL)
    assert told(world)[:2] == ("True", "Valid")


async def test_a_store_of_another_class_is_left_alone(world: SyncWorld) -> None:
    world.edit(SECRET_STORES, KV, lambda store: store["spec"].update(controller="other"))
    assert await check(world) == Done()
    assert told(world) == ("", "", "")


async def test_a_store_that_is_gone_needs_nothing(world: SyncWorld) -> None:
    world.cluster.remove(SECRET_STORES, KV)
    assert await check(world) == Done()
    assert world.api.seen == []


def move_to_a_stored_credential(world: SyncWorld, secret: str) -> None:
    encoded = {"id": CLIENT, "secret": secret}
    data = {key: base64.b64encode(value.encode()).decode() for key, value in encoded.items()}
    world.cluster.seed(SECRETS, {"metadata": {"name": "azure", "namespace": "app"}, "data": data})
    selected = {"clientId": {"name": "azure", "key": "id"}, "clientSecret": {"name": "azure", "key": "secret"}}
    named = {"authType": "ServicePrincipal", "authSecretRef": selected}
    world.edit(SECRET_STORES, KV, lambda store: store["spec"]["provider"]["azurekv"].update(named))
    world.azure.azure.client_secrets[CLIENT] = "right"


async def test_a_stored_credential_serves_and_is_flagged_once(world: SyncWorld) -> None:
    move_to_a_stored_credential(world, "right")
    await check(world)
    await check(world)

    assert told(world)[:2] == ("True", "Valid")
    assert "Secret app/azure data.secret" in told(world)[2]
    assert await world.events() == [("Normal", "Valid"), ("Warning", "StoredCredential")]
    assert world.api.verbs("secrets").count("get") == 1


async def test_the_operators_own_identity_serves_where_allowed_and_is_flagged_once(
    world: SyncWorld, tmp_path: Path
) -> None:
    account = ServiceAccountRef(namespace="app", name="reader")
    token = await world.azure.tokens.create_token(account, audiences_of("PublicCloud"))
    file = tmp_path / "token"
    file.write_bytes(token.token.reveal())
    world.edit(SECRET_STORES, KV, lambda store: store["spec"]["provider"]["azurekv"].pop("serviceAccountRef"))
    own = OwnIdentity(client_id=CLIENT, token_file=str(file), usable_from=frozenset({"app"}))
    identities = Identities(world.caches.accounts, StoredSecrets(world.client, world.azure.clock), own)
    world.directory = Directory(world.caches.stores, world.caches.namespaces, identities)
    await check(world)
    await check(world)

    assert told(world)[:2] == ("True", "Valid")
    assert "It speaks as the operator itself" in told(world)[2]
    assert await world.events() == [("Normal", "Valid"), ("Warning", "SharedIdentity")]


async def test_a_wrong_stored_credential_is_told_and_not_shown(world: SyncWorld) -> None:
    move_to_a_stored_credential(world, "hunter2")
    with pytest.raises(AssertionRejected):
        await check(world)

    assert told(world)[:2] == ("False", "InvalidProviderConfig")
    assert "7000215" in told(world)[2]
    assert "hunter2" not in told(world)[2]
