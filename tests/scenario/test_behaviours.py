"""Upstream's list of behaviours on a cluster, by its numbers: what no other story shows on every cluster.

tests/static/test_behaviours.py has the whole list.
"""

import base64
from typing import Any

import msgspec
import pytest

from keyferry.cli import looking
from keyferry.identity.http import open_session as open_http
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS, Resource
from keyferry.model.wellknown import DATA_HASH_ANNOTATION
from keyferry.sync.kinds import EXTERNAL_SECRETS
from tests.fakes.patience import PATIENCE
from tests.scenario.mount_azure import Vault
from tests.scenario.stage import CANARY, TENANT, Stage

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.any_cluster]

DB = f"{CANARY}-db"
LONG = "24h"
THEIRS = base64.b64encode(b"theirs").decode()


async def test_1_2_a_secret_is_called_as_its_external_secret_or_as_long_as_names_may_be(stage: Stage) -> None:
    await stage.prepare("one")
    plain = await stage.put("one", "plain")
    long = await stage.put("one", "long", target={"name": "a" * 253})
    await stage.holding(plain, PASSWORD=DB)
    await stage.holding(stage.key("one", "a" * 253), PASSWORD=DB)
    for key, name in ((plain, "plain"), (long, "a" * 253)):
        await stage.ready(key)
        assert (await document(stage, key, EXTERNAL_SECRETS))["status"]["binding"] == {"name": name}


async def test_4_5_6_metadata_of_others_stays_and_ours_follows(stage: Stage) -> None:
    await stage.prepare("one")
    there = {"labels": {"theirs": "stays"}, "annotations": {"note": "stays"}}
    await stage.apply("v1", "Secret", "one", "told", metadata=there, data={"OTHER": THEIRS})
    await labelled(stage, "told", before="yes")
    key = stage.key("one", "told")
    await stage.holding(key, PASSWORD=DB)
    found = (await document(stage, key))["metadata"]
    assert found["labels"]["theirs"] == found["annotations"]["note"] == "stays"
    assert found["labels"]["before"] == "yes"
    assert [owner["controller"] for owner in found["ownerReferences"]] == [True]
    await labelled(stage, "told", after="yes")
    found = (await until_labelled(stage, key, "after"))["metadata"]
    assert "before" not in found["labels"]
    assert found["labels"]["theirs"] == "stays"


async def test_9_10_14_merging_overwrites_hashes_all_and_then_rests(stage: Stage) -> None:
    await stage.prepare("two")
    await stage.apply("v1", "Secret", "two", "shared", data={"OTHER": THEIRS, "PASSWORD": THEIRS})
    shared = await stage.put("two", "shared", target={"creationPolicy": "Merge"})
    await stage.holding(shared, OTHER="theirs", PASSWORD=DB)
    await stage.ready(shared)
    before = await document(stage, shared)
    refreshed = (await document(stage, shared, EXTERNAL_SECRETS))["status"]["refreshTime"]

    async def again() -> bool | None:
        status = (await document(stage, shared, EXTERNAL_SECRETS))["status"]
        return True if status["refreshTime"] != refreshed else None

    await looking.until(again, seconds=PATIENCE, what="another refresh")
    assert (await document(stage, shared))["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]
    await stage.patch_secret(shared, {"data": {"MORE": THEIRS}})

    async def rehashed() -> bool | None:
        return True if hash_of(await document(stage, shared)) != hash_of(before) else None

    await looking.until(rehashed, seconds=PATIENCE, what="a hash of all keys")
    await stage.holding(shared, OTHER="theirs", MORE="theirs", PASSWORD=DB)


async def test_11_12_13_renamed_deleted_and_edited_ones_are_put_right(stage: Stage) -> None:
    await stage.prepare("three")
    key = await stage.put("three", refreshInterval=LONG, target={"name": "before"})
    before = stage.key("three", "before")
    await stage.holding(before, PASSWORD=DB)
    await stage.put("three", refreshInterval=LONG, target={"name": "after"})
    after = stage.key("three", "after")
    await stage.holding(after, PASSWORD=DB)
    await gone(stage, before)
    right = hash_of(await document(stage, after))
    await stage.patch_secret(
        after, {"data": {"EXTRA": THEIRS}, "metadata": {"annotations": {DATA_HASH_ANNOTATION: "edited"}}}
    )
    await stage.holding(after, PASSWORD=DB)
    assert hash_of(await document(stage, after)) == right
    await stage.client.delete(SECRETS, after)
    await stage.holding(after, PASSWORD=DB)
    await stage.ready(key)


async def test_15_21_22_23_what_goes_from_the_vault(stage: Stage) -> None:
    await stage.prepare("four")
    for name in ("gone-foo", "gone-bar"):
        await stage.rotate(name, name)
    found: dict[str, Any] = {"data": [], "dataFrom": [{"find": {"name": {"regexp": "^gone-"}}}]}
    deleting = await stage.put("four", "deleting", target={"deletionPolicy": "Delete"}, **found)
    retaining = await stage.put("four", "retaining", **found)
    await stage.apply("v1", "Secret", "four", "merging", data={"OTHER": THEIRS})
    target = {"creationPolicy": "Merge", "deletionPolicy": "Merge"}
    bar = [{"secretKey": "BAR", "remoteRef": {"key": "gone-bar"}}]
    merging = await stage.put("four", "merging", target=target, data=bar)
    both = {"gone-foo": "gone-foo", "gone-bar": "gone-bar"}
    for key in (deleting, retaining):
        await stage.holding(key, **both)
    await stage.holding(merging, OTHER="theirs", BAR="gone-bar")
    async with open_http() as http:
        vault = Vault(stage.session.lab, stage.engineer, http)
        await vault.delete("gone-bar")
        for key in (deleting, retaining):
            await stage.holding(key, **{"gone-foo": "gone-foo"})
        await stage.holding(merging, OTHER="theirs")
        await vault.delete("gone-foo")
    await gone(stage, deleting)
    assert (await told(stage, deleting, "SecretDeleted"))["status"] == "True"
    assert (await stage.ready(retaining)).reason == "SecretSynced"
    await stage.holding(retaining, **{"gone-foo": "gone-foo"})


async def test_16_an_interval_of_zero_is_once_whatever_changes(stage: Stage) -> None:
    await stage.prepare("five")
    await stage.rotate("once", "first")
    data = [{"secretKey": "PASSWORD", "remoteRef": {"key": "once"}}]
    key = await stage.put("five", "once", refreshInterval="0", data=data)
    follower = await stage.put("five", "follower", data=data)
    await stage.holding(key, PASSWORD="first")
    await stage.rotate("once", "second")
    await stage.put("five", "once", refreshInterval="0s", data=[{**data[0], "secretKey": "RENAMED"}])
    await stage.holding(follower, PASSWORD="second")
    await stage.holding(key, PASSWORD="first")


async def test_17_18_33_34_what_fails_is_told_and_heals(stage: Stage) -> None:
    await stage.apply("v1", "Namespace", "", "six")
    early = await stage.put("six", "early")
    assert (await stage.failing(early, "SecretStore")).reason == "SecretSyncedError"
    await stage.prepare("six")
    await stage.holding(early, PASSWORD=DB)
    for number, name in enumerate(("absent", "secret/absent", "cert/absent", "key/absent")):
        data = [{"secretKey": "PASSWORD", "remoteRef": {"key": name}}]
        absent = await stage.put("six", f"absent-{number}", data=data)
        if name.endswith("/absent") and not name.startswith("secret/"):  # the reader may read secrets alone
            await stage.failing(absent)
        else:
            await stage.failing(absent, "absent", "does not")
    wrong = [{"secretKey": "PASSWORD", "remoteRef": {"key": "example/name"}}]
    await stage.failing(await stage.put("six", "wrong", data=wrong), "example")
    await stage.rotate("absent", f"{CANARY}-late")
    await stage.holding(stage.key("six", "absent-0"), PASSWORD=f"{CANARY}-late")


async def test_19_a_store_of_another_class_is_nobodys_business(stage: Stage) -> None:
    await stage.prepare("seven")
    azure = {"authType": "ManagedIdentity", "tenantId": TENANT, "vaultUrl": "https://kv-stage.vault.azure.net"}
    spec = {"controller": "another", "provider": {"azurekv": azure}}
    await stage.apply("external-secrets.io/v1", "SecretStore", "seven", "foreign", spec=spec)
    foreign = await stage.put("seven", "foreign", secretStoreRef={"name": "foreign", "kind": "SecretStore"})
    ours = await stage.put("seven", "ours")
    await stage.holding(ours, PASSWORD=DB)
    assert "conditions" not in (await document(stage, foreign, EXTERNAL_SECRETS)).get("status", {})


async def test_24_25_26_templates_shape_the_secret(stage: Stage) -> None:
    await stage.prepare("eight")
    shaped = {
        "type": "kubernetes.io/basic-auth",
        "metadata": {"labels": {"tier": "db"}, "finalizers": ["keyferry.example/kept"]},
        "templateFrom": [{"literal": 'username: "lost"\npassword: "{{ .PASSWORD }}"'}],
        "data": {"username": "app"},
    }
    key = await stage.put("eight", "shaped", target={"template": shaped})
    await stage.holding(key, username="app", password=DB)
    found = await document(stage, key)
    assert found["type"] == "kubernetes.io/basic-auth"
    assert (found["metadata"]["labels"]["tier"], found["metadata"]["finalizers"]) == ("db", ["keyferry.example/kept"])
    await stage.delete_external(key)
    await stage.patch_secret(key, {"metadata": {"finalizers": None}})
    merged = await stage.put(
        "eight", "merged", target={"template": {"mergePolicy": "Merge", "data": {"more": "{{ len .PASSWORD }}"}}}
    )
    await stage.holding(merged, PASSWORD=DB, more=str(len(DB)))


async def test_28_null_bytes_fail_where_asked(stage: Stage) -> None:
    await stage.prepare("nine")
    await stage.rotate("null-byte", base64.b64encode(b"a\0b").decode())
    reference = {"key": "null-byte", "decodingStrategy": "Base64", "nullBytePolicy": "Fail"}
    failing = await stage.put("nine", "failing", data=[{"secretKey": "X", "remoteRef": reference}])
    await stage.failing(failing, "NUL")
    assert await looking.secret(stage.client, failing) is None
    ignoring = await stage.put(
        "nine", "ignoring", data=[{"secretKey": "X", "remoteRef": reference | {"nullBytePolicy": "Ignore"}}]
    )
    await stage.holding(ignoring, X="a\0b")


async def test_29_30_created_once_is_once(stage: Stage) -> None:
    await stage.prepare("ten")
    once: dict[str, Any] = {"refreshPolicy": "CreatedOnce"}
    orphan = await stage.put("ten", "orphan", target={"creationPolicy": "Orphan"}, **once)
    owned = await stage.put("ten", "owned", **once)
    for key in (orphan, owned):
        await stage.holding(key, PASSWORD=DB)
        await stage.ready(key)
        await stage.client.delete(SECRETS, key)
    await stage.holding(owned, PASSWORD=DB)
    assert await looking.secret(stage.client, orphan) is None
    await stage.delete_external(orphan)
    await stage.apply("v1", "Secret", "ten", "orphan", data={"PASSWORD": THEIRS})
    await stage.put("ten", "orphan", target={"creationPolicy": "Orphan"}, **once)
    await stage.holding(orphan, PASSWORD=DB)


async def test_37_nested_members_stay_as_they_are_written(stage: Stage) -> None:
    await stage.prepare("eleven")
    await stage.rotate("nested", '{"host": "db.example", "nested": {"port":  5432}}')
    key = await stage.put("eleven", data=[], dataFrom=[{"extract": {"key": "nested"}}])
    await stage.holding(key, host="db.example", nested='{"port":  5432}')


async def test_43_an_identity_that_is_named_twice_is_none(stage: Stage) -> None:
    await stage.prepare("twelve")
    await stage.apply("v1", "Secret", "twelve", "ids", stringData={"clientId": TENANT})
    await stage.put_store("twelve", authSecretRef={"clientId": {"name": "ids", "key": "clientId"}})
    await stage.failing(await stage.put("twelve"), "client")


async def document(stage: Stage, key: Key, resource: Resource = SECRETS) -> dict[str, Any]:
    found: dict[str, Any] = await stage.client.get(resource, key, msgspec.json.decode)
    return found


def hash_of(secret: dict[str, Any]) -> str:
    return str(secret["metadata"]["annotations"][DATA_HASH_ANNOTATION])


async def labelled(stage: Stage, name: str, **labels: str) -> None:
    """Create or replace an ExternalSecret with these labels and no others."""
    fields = {
        "refreshInterval": LONG,
        "secretStoreRef": {"name": "kv", "kind": "SecretStore"},
        "data": [{"secretKey": "PASSWORD", "remoteRef": {"key": "db-password"}}],
    }
    await stage.apply("external-secrets.io/v1", "ExternalSecret", "one", name, metadata={"labels": labels}, spec=fields)


async def until_labelled(stage: Stage, key: Key, label: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        found = await document(stage, key)
        return found if label in found["metadata"]["labels"] else None

    return await looking.until(look, seconds=PATIENCE, what=f"the label {label} of {key}")


async def gone(stage: Stage, key: Key) -> None:
    async def look() -> bool | None:
        return True if await looking.secret(stage.client, key) is None else None

    await looking.until(look, seconds=PATIENCE, what=f"the end of Secret {key}")


async def told(stage: Stage, key: Key, reason: str) -> dict[str, Any]:
    """Wait for a Ready condition with this reason."""

    async def look() -> dict[str, Any] | None:
        status = (await document(stage, key, EXTERNAL_SECRETS)).get("status", {})
        fits = [one for one in status.get("conditions", ()) if (one["type"], one["reason"]) == ("Ready", reason)]
        return fits[0] if fits else None

    return await looking.until(look, seconds=PATIENCE, what=f"{reason} of {key}")
