"""A value arrives, follows, and is put back: the stories of a good day."""

import base64
from typing import Any

import msgspec
import pytest

from keyferry.cli import looking
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from tests.fakes.patience import PATIENCE
from tests.scenario.stage import CANARY, READER, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def metadata(stage: Stage, key: Key) -> dict[str, Any]:
    found: dict[str, Any] = (await stage.client.get(SECRETS, key, msgspec.json.decode))["metadata"]
    return found


async def test_a_new_object_is_synced_and_follows_a_rotation(stage: Stage) -> None:
    await stage.prepare("one")
    key = await stage.put("one")
    await stage.ready(key)
    await stage.holding(key, PASSWORD=f"{CANARY}-db")
    await stage.rotate("db-password", f"{CANARY}-rotated")
    await stage.holding(key, PASSWORD=f"{CANARY}-rotated")
    await stage.rotate("db-password", f"{CANARY}-db")
    await stage.holding(key, PASSWORD=f"{CANARY}-db")


async def test_a_hand_edit_is_put_back_long_before_the_interval(stage: Stage) -> None:
    await stage.prepare("two")
    key = await stage.put("two", refreshInterval="24h")
    await stage.holding(key, PASSWORD=f"{CANARY}-db")
    edited = base64.b64encode(b"edited").decode()
    await stage.patch_secret(key, {"data": {"PASSWORD": edited, "EXTRA": edited}})
    await stage.holding(key, PASSWORD=f"{CANARY}-db")


async def test_a_lost_label_is_put_back_and_foreign_metadata_stays(stage: Stage) -> None:
    await stage.prepare("two")
    key = await stage.put("two", "labelled", refreshInterval="24h")
    await stage.secret(key)
    lost = {"reconcile.external-secrets.io/managed": None, "theirs": "stays"}
    await stage.patch_secret(key, {"metadata": {"labels": lost, "annotations": {"note": "stays"}}})

    async def look() -> dict[str, Any] | None:
        found = await metadata(stage, key)
        return found if "reconcile.external-secrets.io/managed" in found["labels"] else None

    found = await looking.until(look, seconds=PATIENCE, what="the label's return")
    assert found["labels"]["theirs"] == "stays"
    assert found["annotations"]["note"] == "stays"


async def test_a_deleted_secret_is_built_again(stage: Stage) -> None:
    await stage.prepare("two")
    key = await stage.put("two", "deleted", refreshInterval="24h")
    before = await stage.secret(key)
    await stage.client.delete(SECRETS, key)

    async def look() -> looking.Seen | None:
        seen = await looking.secret(stage.client, key)
        return seen if seen is not None and seen.uid != before.uid else None

    after = await looking.until(look, seconds=PATIENCE, what="the Secret's return")
    assert after.digests == before.digests


async def test_find_takes_new_secrets_in_and_skips_disabled_ones(stage: Stage) -> None:
    await stage.prepare("three")
    find = [{"find": {"name": {"regexp": "^(api|fresh|disabled)-key$"}}}]
    key = await stage.put("three", data=[], dataFrom=find)
    await stage.holding(key, **{"api-key": f"{CANARY}-api"})
    await stage.rotate("fresh-key", f"{CANARY}-fresh")
    await stage.holding(key, **{"api-key": f"{CANARY}-api", "fresh-key": f"{CANARY}-fresh"})


async def test_extract_and_property_read_json(stage: Stage) -> None:
    await stage.prepare("three")
    key = await stage.put(
        "three",
        "json",
        dataFrom=[{"extract": {"key": "settings"}}],
        data=[{"secretKey": "PORT", "remoteRef": {"key": "settings", "property": "nested.port"}}],
    )
    await stage.holding(
        key,
        host="db.example",
        nested='{"port": 5432}',
        password=f"{CANARY}-json",
        PORT="5432",
    )


async def test_the_secret_goes_with_its_external_secret(stage: Stage) -> None:
    await stage.prepare("three")
    key = await stage.put("three", "gone")
    await stage.secret(key)
    await stage.delete_external(key)

    async def look() -> bool | None:
        return True if await looking.secret(stage.client, key) is None else None

    await looking.until(look, seconds=PATIENCE, what="the Secret's end")


async def test_a_renamed_target_leaves_no_secret_behind(stage: Stage) -> None:
    await stage.prepare("three")
    key = await stage.put("three", "renamed", target={"name": "before"})
    before = Key(namespace="three", name="before")
    await stage.secret(before)
    await stage.put("three", "renamed", target={"name": "after"})
    await stage.secret(Key(namespace="three", name="after"))

    async def look() -> bool | None:
        return True if await looking.secret(stage.client, before) is None else None

    await looking.until(look, seconds=PATIENCE, what="the former Secret's end")
    await stage.ready(key)


async def test_a_store_uses_an_account_of_another_namespace_with_its_owners_consent_alone(stage: Stage) -> None:
    await stage.prepare("four")
    await stage.apply("v1", "Namespace", "", "five")
    await stage.put_store("five", serviceAccountRef={"name": "reader", "namespace": "four"})
    key = await stage.put("five")
    await stage.failing(key, "may not use ServiceAccount four/reader", "keyferry.io/usable-from")
    assert await looking.secret(stage.client, key) is None
    annotations = {"azure.workload.identity/client-id": READER, "keyferry.io/usable-from": "five"}
    await stage.apply("v1", "ServiceAccount", "four", "reader", metadata={"annotations": annotations})
    await stage.holding(key, PASSWORD=f"{CANARY}-db")


async def test_v1beta1_manifests_work(stage: Stage) -> None:
    await stage.prepare("six")
    spec = {
        "refreshInterval": "1h",
        "secretStoreRef": {"name": "kv"},
        "data": [{"secretKey": "PASSWORD", "remoteRef": {"key": "db-password"}}],
    }
    await stage.apply("external-secrets.io/v1beta1", "ExternalSecret", "six", "old", spec=spec)
    await stage.holding(Key(namespace="six", name="old"), PASSWORD=f"{CANARY}-db")


async def test_no_value_was_told_anywhere(stage: Stage) -> None:
    """Runs last in this file: whatever the stories above wrote, the log and the events hold no value."""
    told = (stage.session.lab.folder / "operator.log").read_text()
    encoded = base64.b64encode(CANARY.encode()).decode()[:40]
    assert CANARY not in told
    assert encoded not in told
    assert "eyJ" not in told
