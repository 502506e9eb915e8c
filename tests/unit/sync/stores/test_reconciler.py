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
from keyferry.model.wellknown import STORE_FINALIZER
from keyferry.sync.kinds import CLUSTER_SECRET_STORES, SECRET_STORES
from keyferry.sync.stores.asking import Asking
from keyferry.sync.stores.directory import Directory
from keyferry.sync.stores.holding import Holder
from keyferry.sync.stores.identities import Identities
from keyferry.sync.stores.material import OwnIdentity
from keyferry.sync.stores.reconciler import INTERVAL, Duty, StoreReconciler, Writer
from keyferry.sync.stores.stored_secrets import StoredSecrets
from tests.fakes.azure_http import Fault
from tests.fakes.sync_world import KV, SyncWorld
from tests.fakes.vault_world import CLIENT, TENANT, VAULT_HOST

FORBIDDEN = Fault(403, '{"error": {"code": "Forbidden", "innererror": {"code": "ForbiddenByRbac"}}}')
FIREWALL = Fault(403, '{"error": {"code": "Forbidden", "innererror": {"code": "ForbiddenByFirewall"}}}')


async def check(world: SyncWorld, key: Key = KV, holders: tuple[Holder, ...] = ()) -> Done | Again:
    world.catch_up()
    writer = Writer(client=world.client, recorder=world.recorder)
    asking = Asking(world.directory, world.reader.clients)
    duty = Duty(controller_class="default", holders=lambda _: holders)
    stores = StoreReconciler(world.directory, asking, writer, world.azure.clock, duty)
    return await stores.reconcile(key)


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


SHARED = Key(name="shared")


async def test_a_store_of_the_cluster_is_checked_as_its_one_identity(world: SyncWorld) -> None:
    world.cluster_store(serviceAccountRef={"name": "reader", "namespace": "app"}, conditions=[{"namespaces": ["web"]}])
    assert await check(world, SHARED) == Again(INTERVAL)
    assert world.ready(CLUSTER_SECRET_STORES, SHARED)[:2] == ("True", "Valid")
    assert CLIENT in world.ready(CLUSTER_SECRET_STORES, SHARED)[2]
    assert await world.events() == [("Normal", "Valid")]
    (event,) = world.cluster.all_of(EVENTS)
    assert (event["involvedObject"]["kind"], event["metadata"]["namespace"]) == ("ClusterSecretStore", "default")


async def test_a_store_with_an_identity_for_each_namespace_asks_nobody(world: SyncWorld) -> None:
    world.cluster_store()
    assert await check(world, SHARED) == Again(INTERVAL)
    assert world.ready(CLUSTER_SECRET_STORES, SHARED)[:2] == ("True", "Valid")
    assert not world.azure.azure.requests


async def test_fields_without_effect_are_noted(world: SyncWorld) -> None:
    world.edit(SECRET_STORES, KV, lambda store: store["spec"].update(retrySettings={"maxRetries": 3}))
    await check(world)
    assert "spec.retrySettings: has no effect on Azure Key Vault" in told(world)[2]


async def test_a_store_that_a_push_secret_needs_is_held_and_let_go(world: SyncWorld) -> None:
    holder = Holder(deletes=True, stores=frozenset({KV}))
    for holders, expected in (((holder,), [STORE_FINALIZER]), ((holder,), [STORE_FINALIZER]), ((), [])):
        assert await check(world, holders=holders) == Again(INTERVAL)
        assert world.cluster.get(SECRET_STORES, KV)["metadata"].get("finalizers", []) == expected
    assert told(world)[:2] == ("True", "Valid")


async def test_a_deleted_store_stays_while_it_is_needed_and_then_goes(world: SyncWorld) -> None:
    holder = Holder(deletes=True, stores=frozenset({KV}))
    await check(world, holders=(holder,))
    world.cluster.remove(SECRET_STORES, KV)
    assert await check(world, holders=(holder,)) == Again(INTERVAL)
    assert await check(world) == Done()
    assert world.cluster.stored(SECRET_STORES, KV) is None


async def test_a_finalizer_that_upstream_left_is_taken_away_where_nobody_pushes(world: SyncWorld) -> None:
    world.edit(SECRET_STORES, KV, lambda store: store["metadata"].update(finalizers=[STORE_FINALIZER]))
    world.catch_up()
    asking = Asking(world.directory, world.reader.clients)
    writer = Writer(client=world.client, recorder=world.recorder)
    duty = Duty(controller_class="default", interval=timedelta(minutes=1))
    stores = StoreReconciler(world.directory, asking, writer, world.azure.clock, duty)
    assert await stores.reconcile(KV) == Again(timedelta(minutes=1))
    assert world.cluster.get(SECRET_STORES, KV)["metadata"]["finalizers"] == []
    assert stores.durations[KV] > 0
    world.cluster.remove(SECRET_STORES, KV)
    world.catch_up()
    assert await stores.reconcile(KV) == Done()
    assert KV not in stores.durations
