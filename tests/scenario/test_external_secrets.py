"""Stories of ExternalSecrets: whose Secrets are, templates, rewrites, windows, demands; one operator, many objects.

The numbers are those of upstream's own list of behaviours.
"""

import base64
import json
from copy import deepcopy
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from keyferry.cli import looking
from keyferry.kube.client import Selection
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import CONFIG_MAPS, EVENTS, SECRETS, Resource
from keyferry.model.errors import NotFound
from keyferry.runtime.clock import SystemClock
from keyferry.sync.kinds import EXTERNAL_SECRETS
from tests.fakes.patience import PATIENCE
from tests.scenario.stage import CANARY, SEED, Stage

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.any_cluster]

DB = f"{CANARY}-db"
LONG = "24h"
OTHER = base64.b64encode(b"theirs").decode()


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The usual stage, and a secret with tags that expires soon."""
    made = deepcopy(SEED)
    soon = (SystemClock().now() + timedelta(days=3)).isoformat()
    tags = {"owner": "shop", "settings": '{"host": "db.example", "nested": {"port": "5432"}}'}
    made["vaults"][0]["secrets"]["tagged"] = {"value": f"{CANARY}-tagged", "tags": tags, "expires": soon}
    return made


async def document(stage: Stage, key: Key, resource: Resource = SECRETS) -> dict[str, Any]:
    found: dict[str, Any] = await stage.client.get(resource, key, msgspec.json.decode)
    return found


async def foreign(stage: Stage, namespace: str, name: str, **data: str) -> Key:
    """Create a Secret of somebody else's."""
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "data": data}
    key = stage.key(namespace, name)
    await stage.client.create(SECRETS, key.namespace, msgspec.json.encode(body), field_manager="kubectl")
    return key


async def annotate(stage: Stage, key: Key, **annotations: str) -> None:
    names = {"force": "external-secrets.io/force-sync", "refresh": "keyferry.io/refresh"}
    told = {names[name]: text for name, text in annotations.items()}
    await stage.client.merge_patch(EXTERNAL_SECRETS, key, msgspec.json.encode({"metadata": {"annotations": told}}))


def target(policy: str, **more: Any) -> dict[str, Any]:
    return {"creationPolicy": policy, **more}


async def test_each_policy_at_once(stage: Stage) -> None:
    await stage.prepare("one")
    shared = await foreign(stage, "one", "shared", OTHER=OTHER)
    keys = {
        name: await stage.put("one", name, target=target(policy))
        for name, policy in (
            ("owned", "Owner"),
            ("orphan", "Orphan"),
            ("made", "CreateOrMerge"),
            ("shared", "Merge"),
            ("nowhere", "Merge"),
            ("unwritten", "None"),
        )
    }
    for name in ("owned", "orphan", "made"):
        await stage.holding(keys[name], PASSWORD=DB)
    await stage.holding(shared, OTHER="theirs", PASSWORD=DB)
    assert (await stage.ready(keys["nowhere"])).reason == "SecretMissing"
    await stage.ready(keys["unwritten"])
    assert await looking.secret(stage.client, keys["nowhere"]) is None
    assert await looking.secret(stage.client, keys["unwritten"]) is None
    owners = {
        name: len((await document(stage, keys[name]))["metadata"].get("ownerReferences", []))
        for name in keys
        if name not in {"nowhere", "unwritten"}
    }
    assert owners == {"owned": 1, "orphan": 0, "made": 0, "shared": 0}
    await stage.delete_external(keys["orphan"])
    await stage.delete_external(keys["owned"])

    async def gone() -> bool | None:
        return True if await looking.secret(stage.client, keys["owned"]) is None else None

    await looking.until(gone, seconds=PATIENCE, what="the owned Secret's end")
    await stage.holding(keys["orphan"], PASSWORD=DB)


async def test_7_a_shared_secret_has_two_writers_and_follows(stage: Stage) -> None:
    await stage.prepare("two")
    key = await foreign(stage, "two", "db", OTHER=OTHER)
    await stage.put("two", target=target("Merge"))
    await stage.holding(key, OTHER="theirs", PASSWORD=DB)
    managers = [entry["manager"] for entry in (await document(stage, key))["metadata"]["managedFields"]]
    assert sorted(managers) == ["externalsecrets.external-secrets.io/db", "kubectl"]
    await stage.put("two", target=target("Merge"), data=[{"secretKey": "RENAMED", "remoteRef": {"key": "db-password"}}])
    await stage.holding(key, OTHER="theirs", RENAMED=DB)


async def test_a_template_of_a_config_map_takes_effect_at_once(stage: Stage) -> None:
    await stage.prepare("three")
    await stage.apply("v1", "ConfigMap", "three", "conf", data={"url": "one://{{ .PASSWORD }}"})
    await foreign(stage, "three", "tpl", more=base64.b64encode(b"{{ .PASSWORD | len }}").decode())
    sources = [
        {"configMap": {"name": "conf", "items": [{"key": "url"}]}},
        {"secret": {"name": "tpl", "items": [{"key": "more"}]}},
    ]
    template = {"templateFrom": sources, "metadata": {"labels": {"tier": "db"}}}
    key = await stage.put("three", refreshInterval=LONG, target={"template": template})
    await stage.holding(key, url=f"one://{DB}", more=str(len(DB)))
    assert (await document(stage, key))["metadata"]["labels"]["tier"] == "db"
    await stage.client.merge_patch(
        CONFIG_MAPS,
        stage.key("three", "conf"),
        msgspec.json.encode({"data": {"url": "two://{{ .PASSWORD }}"}}),
    )
    await stage.holding(key, url=f"two://{DB}", more=str(len(DB)))


async def test_a_demand_refreshes_at_once_what_waits_long_or_for_ever(stage: Stage) -> None:
    await stage.prepare("four")
    waiting = await stage.put("four", "waiting", refreshInterval=LONG, target={"immutable": False})
    once = await stage.put("four", "once", refreshInterval="0")
    frozen = await stage.put("four", "frozen", target={"immutable": True})
    for key in (waiting, once, frozen):
        await stage.holding(key, PASSWORD=DB)
    before = await document(stage, once)
    rotated = f"{CANARY}-demanded"
    await stage.rotate("db-password", rotated)
    await annotate(stage, waiting, force="1")
    await stage.holding(waiting, PASSWORD=rotated)
    await annotate(stage, once, force="1")  # which an interval of zero does not heed
    await annotate(stage, once, refresh=SystemClock().now().isoformat())
    await stage.holding(once, PASSWORD=rotated)
    told = json.loads((await document(stage, once))["metadata"]["annotations"]["keyferry.io/provenance"])
    assert told["PASSWORD"]["version"] not in before["metadata"]["annotations"]["keyferry.io/provenance"]
    await stage.holding(frozen, PASSWORD=DB)
    await stage.rotate("db-password", DB)


async def test_a_closed_window_holds_refreshes_back_and_nothing_else(stage: Stage) -> None:
    await stage.prepare("five")
    closed = {"kind": "deny", "windows": [{"schedule": "* * * * *", "duration": "1h"}]}
    held = await stage.put("five", "held", syncWindows=closed)
    free = await stage.put("five", "free")
    for key in (held, free):
        await stage.holding(key, PASSWORD=DB)
    await stage.rotate("db-password", f"{CANARY}-held")
    await stage.holding(free, PASSWORD=f"{CANARY}-held")
    await stage.holding(held, PASSWORD=DB)
    await stage.rotate("db-password", DB)
    await stage.holding(free, PASSWORD=DB)


async def test_27_keys_are_rewritten_and_wrong_ones_are_told(stage: Stage) -> None:
    await stage.prepare("six")
    steps = [{"regexp": {"source": "^db-(.*)$", "target": "${1}"}}, {"transform": {"template": "{{ .value | upper }}"}}]
    find = {"find": {"name": {"regexp": "^db-password$"}, "path": "ignored"}, "rewrite": steps}
    key = await stage.put("six", data=[], dataFrom=[find])
    await stage.holding(key, PASSWORD=DB)
    wrong = [{"find": {"name": {"regexp": "^db-"}}, "rewrite": [{"regexp": {"source": "-", "target": "/"}}]}]
    failing = await stage.put("six", "wrong", data=[], dataFrom=wrong)
    await stage.failing(failing, "spec.dataFrom[0]", "cannot be the key of a Secret")


async def test_31_what_is_not_set_stays_unset(stage: Stage) -> None:
    await stage.prepare("seven")
    newer = await stage.put("seven", "newer")
    await stage.ready(newer)
    stored = (await document(stage, newer, EXTERNAL_SECRETS))["spec"]["data"][0]["remoteRef"]
    assert stored == {"key": "db-password"}


async def test_the_older_version_is_served_as_well(stage: Stage) -> None:
    try:
        await stage.client.served("external-secrets.io/v1beta1")
    except NotFound:
        pytest.skip("upstream's CustomResourceDefinitions do not serve it")
    await stage.prepare("seven")
    spec = {
        "secretStoreRef": {"name": "kv"},
        "target": {"creationPolicy": "Orphan", "template": {"data": {"x": "{{ .PASSWORD }}"}}},
        "data": [{"secretKey": "PASSWORD", "remoteRef": {"key": "db-password"}}],
    }
    await stage.apply("external-secrets.io/v1beta1", "ExternalSecret", "seven", "older", spec=spec)
    await stage.holding(stage.key("seven", "older"), x=DB)


async def test_what_fails_in_a_template_shows_no_value_and_keeps_the_secret(stage: Stage) -> None:
    await stage.prepare("eight")
    key = await stage.put("eight")
    await stage.holding(key, PASSWORD=DB)
    await stage.put("eight", target={"template": {"data": {"x": "{{ .PASSWORD }}{{ .nope }}"}}})
    told = await stage.failing(key, "spec.target.template.data[x]", "line 1")
    assert CANARY not in told.message
    await stage.holding(key, PASSWORD=DB)


async def test_35_36_38_tags_and_dates_can_be_fetched_and_an_end_is_told(stage: Stage) -> None:
    await stage.prepare("nine")

    def fetched(property_: str) -> dict[str, str]:
        return {"key": "tagged", "metadataPolicy": "Fetch", "property": property_}

    key = await stage.put(
        "nine",
        data=[
            {"secretKey": "HOST", "remoteRef": fetched("settings.host")},
            {"secretKey": "OWNER", "remoteRef": fetched("owner")},
        ],
        dataFrom=[{"extract": fetched("settings.nested.port")}],
    )
    await stage.holding(key, HOST="db.example", OWNER="shop", **{"tagged_settings.nested.port": "5432"})
    told = await stage.ready(key)
    assert "tagged of kv-stage expires at" in told.message

    async def warned() -> bool | None:
        async for page in stage.client.pages(EVENTS, Selection(namespace=stage.named("nine"))):
            if any(b"SecretNearExpiry" in bytes(item) for item in page.items):
                return True
        return None

    await looking.until(warned, seconds=PATIENCE, what="the warning")
