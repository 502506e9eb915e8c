"""Whose the Secret is and what becomes of it, as External Secrets' API has it, on an API server with managedFields.

The numbers are those of the list of behaviours that upstream's own suite asserts.
"""

from datetime import timedelta
from typing import Any

import pytest

from keyferry.kube.controller.loop import Again, Done
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.errors import GrantError, SpecError
from keyferry.sync.kinds import EXTERNAL_SECRETS
from tests.fakes.external_secrets import ONE_KEY
from tests.fakes.kube_world import Json, Write
from tests.fakes.sync_world import DB, SyncWorld
from tests.fakes.vault_world import VAULT_HOST

HOUR = timedelta(hours=1)
MANAGED = "reconcile.external-secrets.io/managed"
CREATED_BY = "reconcile.external-secrets.io/created-by"
HASH = "reconcile.external-secrets.io/data-hash"
TWO_KEYS = [*ONE_KEY["data"], {"secretKey": "USER", "remoteRef": {"key": "db-user"}}]


def target(creation: str, deletion: str = "Retain", **more: Any) -> dict[str, Any]:
    return {"target": {"name": "db", "creationPolicy": creation, "deletionPolicy": deletion, **more}}


def foreign(world: SyncWorld, **data: str) -> Json:
    """Add a Secret that somebody else wrote, by another manager."""
    document = {"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "data": data}
    document["metadata"] = {"name": "db", "namespace": "app"}
    return world.cluster.create(SECRETS, "app", document, Write(manager="kubectl"))


def metadata(world: SyncWorld) -> Json:
    found: Json = world.cluster.get(SECRETS, DB)["metadata"]
    return found


def marks(world: SyncWorld) -> tuple[bool, bool, int]:
    """Whether the Secret is managed, whether it says by whom, and how many owners it has."""
    found = metadata(world)
    labels = found.get("labels", {})
    return labels.get(MANAGED) == "true", CREATED_BY in labels, len(found.get("ownerReferences") or [])


def lose(world: SyncWorld, name: str) -> None:
    """Delete a secret of the vault."""
    del world.azure.azure.vaults[VAULT_HOST].secrets[name]


async def rotated(world: SyncWorld, value: str = "second") -> None:
    world.put("db-password", value)
    world.azure.clock.advance(HOUR)
    await world.reconcile()


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        pytest.param("Owner", (True, True, 1), id="owner"),
        pytest.param("Orphan", (True, False, 0), id="orphan"),
        pytest.param("CreateOrMerge", (True, False, 0), id="create-or-merge"),
    ],
)
async def test_a_missing_secret_is_created(world: SyncWorld, policy: str, expected: tuple[bool, bool, int]) -> None:
    world.external(target(policy))
    await world.reconcile()
    assert world.data() == {"PASSWORD": "first"}
    assert marks(world) == expected
    assert world.cluster.get(EXTERNAL_SECRETS, DB)["status"]["binding"] == {"name": "db"}
    await rotated(world)
    assert world.data() == {"PASSWORD": "second"}


async def test_8_merge_waits_for_a_secret_to_come(world: SyncWorld) -> None:
    world.external(target("Merge"))
    made = await world.reconcile()
    assert world.ready()[:2] == ("True", "SecretMissing")
    assert isinstance(made, Again)
    assert world.data() is None
    foreign(world, OTHER="eA==")
    await world.reconcile()
    assert world.data() == {"OTHER": "x", "PASSWORD": "first"}
    assert world.ready()[:2] == ("True", "SecretSynced")


async def test_8_merge_looks_again_whatever_the_refresh_policy(world: SyncWorld) -> None:
    world.external(target("Merge") | {"refreshPolicy": "CreatedOnce"})
    assert await world.reconcile() == Again(HOUR)


async def test_3_none_writes_no_secret(world: SyncWorld) -> None:
    world.external(target("None"))
    await world.reconcile()
    assert world.data() is None
    assert world.ready()[:2] == ("True", "SecretSynced")
    assert "binding" not in world.cluster.get(EXTERNAL_SECRETS, DB)["status"]
    foreign(world, OTHER="eA==")
    seen = metadata(world)["resourceVersion"]
    world.azure.clock.advance(HOUR)
    await world.reconcile()
    assert metadata(world)["resourceVersion"] == seen


@pytest.mark.parametrize("policy", ["Merge", "CreateOrMerge"])
async def test_7_merging_keeps_foreign_keys(world: SyncWorld, policy: str) -> None:
    foreign(world, OTHER="eA==")
    world.external(target(policy))
    await world.reconcile()
    assert world.data() == {"OTHER": "x", "PASSWORD": "first"}
    assert marks(world) == (True, False, 0)
    assert len(metadata(world)["managedFields"]) == 2
    await rotated(world)
    assert world.data() == {"OTHER": "x", "PASSWORD": "second"}


async def test_9_of_a_clash_the_vault_wins(world: SyncWorld) -> None:
    foreign(world, PASSWORD="eA==", OTHER="eA==")
    world.external(target("Merge"))
    await world.reconcile()
    assert world.data() == {"OTHER": "x", "PASSWORD": "first"}


async def test_10_nothing_changed_nothing_written_and_nothing_read(world: SyncWorld) -> None:
    foreign(world, OTHER="eA==")
    world.external(target("Merge"))
    await world.reconcile()
    seen = metadata(world)["resourceVersion"]
    for _ in range(3):
        world.azure.clock.advance(HOUR)
        await world.reconcile()
    assert metadata(world)["resourceVersion"] == seen
    reads = world.api.verbs("secrets").count("get")
    world.azure.clock.advance(HOUR)
    await world.reconcile()
    assert world.api.verbs("secrets").count("get") == reads, "what is known to be right is not looked at again"


async def test_14_the_hash_is_of_all_keys(world: SyncWorld) -> None:
    foreign(world, OTHER="eA==")
    world.external(target("Merge"))
    await world.reconcile()
    before = metadata(world)["annotations"][HASH]
    world.edit(SECRETS, DB, lambda secret: secret["data"].update(OTHER="eQ=="))
    await world.reconcile()
    assert world.data() == {"OTHER": "y", "PASSWORD": "first"}
    assert metadata(world)["annotations"][HASH] != before


async def test_an_own_key_that_is_edited_is_put_back(world: SyncWorld) -> None:
    foreign(world, OTHER="eA==")
    world.external(target("Merge"))
    await world.reconcile()
    world.edit(SECRETS, DB, lambda secret: secret["data"].update(PASSWORD="eA=="))
    await world.reconcile()
    assert world.data() == {"OTHER": "x", "PASSWORD": "first"}


async def test_23_a_key_that_is_gone_from_the_vault_goes_and_foreign_ones_stay(world: SyncWorld) -> None:
    world.put("db-user", "app")
    foreign(world, OTHER="eA==")
    world.external({**target("Merge", "Merge"), "data": TWO_KEYS})
    await world.reconcile()
    assert world.data() == {"OTHER": "x", "PASSWORD": "first", "USER": "app"}
    for gone, left in (("db-user", {"OTHER": "x", "PASSWORD": "first"}), ("db-password", {"OTHER": "x"})):
        lose(world, gone)
        world.azure.clock.advance(HOUR)
        await world.reconcile()
        assert world.data() == left
    assert world.ready()[:2] == ("True", "SecretSynced")


@pytest.mark.parametrize("policy", ["Owner", "Orphan"])
async def test_foreign_keys_go_where_the_secret_is_ours(world: SyncWorld, policy: str) -> None:
    foreign(world, OTHER="eA==")
    world.external(target(policy))
    await world.reconcile()
    assert world.data() == {"PASSWORD": "first"}
    assert ("Warning", "Adopted") in await world.events()


async def test_an_orphan_is_not_adopted_again_and_again(world: SyncWorld) -> None:
    world.put("db-user", "app")
    world.external({**target("Orphan"), "data": TWO_KEYS})
    await world.reconcile()
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["spec"]["data"].pop())
    await world.reconcile()
    assert world.data() == {"PASSWORD": "first"}
    assert ("Warning", "Adopted") not in await world.events()


async def test_a_secret_is_let_go_when_the_policy_is_no_longer_owner(world: SyncWorld) -> None:
    world.external()
    await world.reconcile()
    assert marks(world) == (True, True, 1)
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["spec"]["target"].update(creationPolicy="Orphan"))
    await world.reconcile()
    assert marks(world) == (True, False, 0)
    assert world.data() == {"PASSWORD": "first"}


def owner(kind: str, api_version: str) -> list[Json]:
    return [{"apiVersion": api_version, "kind": kind, "name": "other", "uid": "u-1", "controller": True}]


@pytest.mark.parametrize(
    ("policy", "owners", "allowed"),
    [
        pytest.param("Owner", owner("Certificate", "cert-manager.io/v1"), False, id="owner-of-anothers"),
        pytest.param("Merge", owner("Certificate", "cert-manager.io/v1"), True, id="merge-into-anothers"),
        pytest.param("Orphan", owner("Certificate", "cert-manager.io/v1"), True, id="orphan-of-anothers"),
        pytest.param("Merge", owner("ExternalSecret", "external-secrets.io/v1beta1"), False, id="of-our-kind"),
    ],
)
async def test_who_may_write_what_somebody_controls(
    world: SyncWorld, policy: str, owners: list[Json], allowed: bool
) -> None:
    foreign(world, OTHER="eA==")
    world.edit(SECRETS, DB, lambda secret: secret["metadata"].update(ownerReferences=owners))
    world.external(target(policy))
    if allowed:
        await world.reconcile()
        assert metadata(world)["ownerReferences"] == owners, "the controller stays"
    else:
        with pytest.raises(GrantError, match="belongs to somebody else"):
            await world.reconcile()
        assert world.data() == {"OTHER": "x"}


async def test_21_22_an_empty_vault_under_each_deletion_policy(world: SyncWorld) -> None:
    find = {"data": [], "dataFrom": [{"find": {"name": {"regexp": "^db-"}}}]}
    world.external({**target("Owner", "Delete"), **find})
    await world.reconcile()
    lose(world, "db-password")
    world.azure.clock.advance(HOUR)
    await world.reconcile()
    assert world.data() is None
    assert world.ready()[:2] == ("True", "SecretDeleted")


async def test_delete_without_owner_is_an_error_and_deletes_nothing(world: SyncWorld) -> None:
    world.external(target("Orphan", "Delete"))
    await world.reconcile()
    lose(world, "db-password")
    world.azure.clock.advance(HOUR)
    with pytest.raises(SpecError, match="may not be deleted"):
        await world.reconcile()
    assert world.data() == {"PASSWORD": "first"}


class TestImmutable:
    async def test_it_keeps_what_it_was_made_with(self, world: SyncWorld) -> None:
        world.external(target("Owner", immutable=True))
        await world.reconcile()
        assert world.cluster.get(SECRETS, DB)["immutable"] is True
        await rotated(world)
        assert world.data() == {"PASSWORD": "first"}
        assert world.ready()[:2] == ("True", "SecretSynced")
        assert "immutable" in world.ready()[2]

    async def test_one_that_is_there_is_frozen_as_it_is(self, world: SyncWorld) -> None:
        foreign(world, PASSWORD="eA==")
        world.external(target("Owner", immutable=True))
        await world.reconcile()
        assert world.data() == {"PASSWORD": "x"}
        assert world.cluster.get(SECRETS, DB)["immutable"] is True
        assert marks(world) == (True, True, 1)
        seen = metadata(world)["resourceVersion"]
        await rotated(world)
        assert metadata(world)["resourceVersion"] == seen, "and stays at rest"

    async def test_one_that_is_deleted_is_made_again(self, world: SyncWorld) -> None:
        world.external(target("CreateOrMerge", immutable=True))
        await world.reconcile()
        world.cluster.remove(SECRETS, DB)
        world.put("db-password", "second")
        world.azure.clock.advance(HOUR)
        await world.reconcile()
        assert world.data() == {"PASSWORD": "second"}


class TestCreatedOnce:
    async def test_30_an_orphan_that_is_deleted_stays_deleted(self, world: SyncWorld) -> None:
        world.external({**target("Orphan"), "refreshPolicy": "CreatedOnce"})
        await world.reconcile()
        world.cluster.remove(SECRETS, DB)
        world.azure.clock.advance(HOUR)
        assert await world.reconcile() == Done()
        assert world.data() is None

    @pytest.mark.parametrize("policy", ["Owner", "CreateOrMerge"])
    async def test_30_others_are_made_again(self, world: SyncWorld, policy: str) -> None:
        world.external({**target(policy), "refreshPolicy": "CreatedOnce"})
        await world.reconcile()
        world.cluster.remove(SECRETS, DB)
        await world.reconcile()
        assert world.data() == {"PASSWORD": "first"}

    @pytest.mark.parametrize(
        ("immutable", "expected"), [pytest.param(False, "second", id="mutable"), pytest.param(True, "first", id="not")]
    )
    async def test_29_one_that_is_made_anew_overwrites_unless_immutable(
        self, world: SyncWorld, immutable: bool, expected: str
    ) -> None:
        spec = {**target("Orphan", immutable=immutable), "refreshPolicy": "CreatedOnce"}
        world.external(spec)
        await world.reconcile()
        world.cluster.remove(EXTERNAL_SECRETS, DB)
        await world.reconcile()
        world.put("db-password", "second")
        world.external(spec, uid="u-second")
        await world.reconcile()
        assert world.data() == {"PASSWORD": expected}


async def test_16_an_interval_of_zero_means_once(world: SyncWorld) -> None:
    world.external({"refreshInterval": "0"})
    assert await world.reconcile() == Done()
    world.put("db-password", "second")
    world.azure.clock.advance(HOUR)
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["metadata"].update(labels={"a": "b"}, generation=2))
    assert await world.reconcile() == Done()
    assert world.data() == {"PASSWORD": "first"}


async def test_11_a_renamed_target_leaves_nothing_behind_under_owner_alone(world: SyncWorld) -> None:
    for policy, left in (("Orphan", {"PASSWORD": "first"}), ("Owner", None)):
        world.external(target(policy), name=f"x-{policy.lower()}", uid=f"u-{policy}")
        key = Key(namespace="app", name=f"x-{policy.lower()}")
        world.edit(EXTERNAL_SECRETS, key, lambda external: external["spec"]["target"].update(name="before"))
        await world.reconcile(key)
        world.edit(EXTERNAL_SECRETS, key, lambda external: external["spec"]["target"].update(name="after"))
        await world.reconcile(key)
        assert world.data(Key(namespace="app", name="after")) == {"PASSWORD": "first"}
        assert world.data(Key(namespace="app", name="before")) == left


async def test_other_kinds_of_target_are_refused(world: SyncWorld) -> None:
    world.external(target("Owner", manifest={"apiVersion": "v1", "kind": "ConfigMap"}))
    with pytest.raises(SpecError, match="cannot be the target"):
        await world.reconcile()
    assert world.ready()[:2] == ("False", "SecretSyncedError")
