"""When values are read again, and what is told of where they came from and how long they last."""

import json
from datetime import UTC, timedelta

import pytest

from keyferry.kube.controller.loop import Again, Done
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.sync.kinds import EXTERNAL_SECRETS
from tests.fakes.kube_world import Json, Write
from tests.fakes.sync_world import DB, SyncWorld
from tests.fakes.vault_world import VAULT_HOST

HOUR = timedelta(hours=1)
PROVENANCE = "keyferry.io/provenance"


def now_of(world: SyncWorld, **later: float) -> str:
    return (world.azure.clock.now() + timedelta(**later)).astimezone(UTC).isoformat()


async def test_a_demand_refreshes_what_is_read_but_once(world: SyncWorld) -> None:
    world.external({"refreshInterval": "0"})
    assert await world.reconcile() == Done()
    world.put("db-password", "second")
    world.azure.clock.advance(timedelta(seconds=5))
    when = now_of(world)
    world.edit(EXTERNAL_SECRETS, DB, lambda found: found["metadata"].update(annotations={"keyferry.io/refresh": when}))
    waits = await world.reconcile()
    assert isinstance(waits, Again)
    assert waits.after <= timedelta(seconds=1)
    world.azure.clock.advance(timedelta(seconds=1))
    assert await world.reconcile() == Done()
    assert world.data() == {"PASSWORD": "second"}
    assert "keyferry.io/refresh" not in world.cluster.get(SECRETS, DB)["metadata"]["annotations"]


@pytest.mark.parametrize("annotation", ["external-secrets.io/force-sync", "keyferry.io/refresh"])
async def test_any_changed_annotation_refreshes_what_is_read_again_and_again(world: SyncWorld, annotation: str) -> None:
    world.external()
    await world.reconcile()
    world.put("db-password", "second")
    world.edit(EXTERNAL_SECRETS, DB, lambda found: found["metadata"].update(annotations={annotation: "1"}))
    await world.reconcile()
    assert world.data() == {"PASSWORD": "second"}


async def test_a_closed_window_holds_a_refresh_back_until_it_opens(world: SyncWorld) -> None:
    clock = world.azure.clock.now().astimezone(UTC)
    opens = clock + timedelta(hours=2)
    schedule = f"{opens.minute} {opens.hour} * * *"
    windows = {"kind": "allow", "windows": [{"schedule": schedule, "duration": "1h"}]}
    world.external({"syncWindows": windows})
    await world.reconcile()
    world.put("db-password", "second")
    world.azure.clock.advance(HOUR)
    waits = await world.reconcile()
    assert world.data() == {"PASSWORD": "first"}
    assert isinstance(waits, Again)
    assert timedelta(minutes=50) < waits.after <= HOUR
    world.azure.clock.advance(waits.after)
    await world.reconcile()
    assert world.data() == {"PASSWORD": "second"}


def provenance(world: SyncWorld) -> Json:
    found: Json = json.loads(world.cluster.get(SECRETS, DB)["metadata"]["annotations"][PROVENANCE])
    return found


async def test_each_key_tells_its_version(world: SyncWorld) -> None:
    version = world.put("db-password", "first")
    world.external()
    await world.reconcile()
    assert provenance(world) == {"PASSWORD": {"vault": "kv-prod", "name": "db-password", "version": version}}
    later = world.put("db-password", "second")
    world.azure.clock.advance(HOUR)
    await world.reconcile()
    assert provenance(world)["PASSWORD"]["version"] == later


async def test_a_secret_that_lacks_nothing_but_its_provenance_is_not_written(world: SyncWorld) -> None:
    world.external()
    await world.reconcile()

    def without(secret: Json) -> None:
        del secret["metadata"]["annotations"][PROVENANCE]

    seen = world.edit(SECRETS, DB, without)["metadata"]["resourceVersion"]
    world.azure.clock.advance(HOUR)
    await world.reconcile()
    assert world.cluster.get(SECRETS, DB)["metadata"]["resourceVersion"] == seen


async def test_two_that_merge_into_one_secret_tell_of_their_own_keys(world: SyncWorld) -> None:
    document = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "data": {"OTHER": "eA=="}}
    world.cluster.create(SECRETS, "app", document, Write(manager="kubectl"))
    into = {"target": {"name": "db", "creationPolicy": "Merge"}}
    world.external(into)
    second = {"data": [{"secretKey": "USER", "remoteRef": {"key": "db-password"}}]}
    other = world.external({**into, **second}, name="second", uid="u-2")["metadata"]
    for _ in range(2):
        await world.reconcile()
        await world.reconcile(Key(namespace=other["namespace"], name=other["name"]))
    assert world.data() == {"OTHER": "x", "PASSWORD": "first", "USER": "first"}
    assert set(provenance(world)) == {"PASSWORD", "USER"}


async def test_what_expires_soon_is_told_once(world: SyncWorld) -> None:
    soon = world.azure.clock.now() + timedelta(days=3)
    world.azure.azure.put(VAULT_HOST, "db-password", "second", exp=int(soon.timestamp()))
    world.external()
    await world.reconcile()
    assert "db-password of kv-prod expires at" in world.ready()[2]
    assert world.ready()[0] == "True"
    for _ in range(3):
        world.azure.clock.advance(HOUR)
        await world.reconcile()
    assert [reason for _, reason in await world.events()].count("SecretNearExpiry") == 1


def writes(world: SyncWorld) -> list[str]:
    """The verbs that changed anything, of all kinds."""
    return [verb for verb in world.api.verbs("") if verb not in {"get", "list", "watch"}]


@pytest.mark.parametrize("policy", ["Owner", "CreateOrMerge"])
async def test_what_it_costs_the_api_server(world: SyncWorld, policy: str) -> None:
    world.external({"target": {"name": "db", "creationPolicy": policy}})
    await world.reconcile()
    await world.recorder.flush()
    assert sorted(writes(world)) == ["create", "create", "patch"], "the Secret, an event, the status"
    before = len(world.api.seen)
    await world.reconcile()
    assert len(world.api.seen) == before, "nothing is due"
    for _ in range(2):  # the first refresh reads a shared Secret, to know that all is well
        before = len(world.api.seen)
        world.azure.clock.advance(HOUR)
        await world.reconcile()
        await world.recorder.flush()
    assert len(world.api.seen) == before + 1, "the status"
