"""Stories of targets that are no Secrets: an operator with its manifest's rights and what the how-to adds to them."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
import yaml

from keyferry.cli import looking
from keyferry.cli.session import Session
from keyferry.kube.client import Selection
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import CONFIG_MAPS, EVENTS, Resource
from keyferry.model.errors import NotFound
from keyferry.model.identity import ServiceAccountRef
from keyferry.sync.kinds import EXTERNAL_SECRETS
from tests.fakes import programs
from tests.fakes.patience import PATIENCE
from tests.scenario import rights
from tests.scenario.stage import CANARY, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

DB = f"{CANARY}-db"
HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "write-other-kinds-than-secrets.md"
APPS = Resource(group="example.com", version="v1", plural="apps", kind="App")
CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap"}
APP = {"apiVersion": "example.com/v1", "kind": "App"}
SPEC = {
    "type": "object",
    "properties": {
        "replicas": {"type": "integer", "default": 1},
        "auth": {
            "type": "object",
            "properties": {"user": {"type": "string"}, "password": {"type": "string", "maxLength": 60}},
        },
    },
}
DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "apps.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": "apps", "kind": "App", "singular": "app"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": SPEC}}},
                "subresources": {"status": {}},
            }
        ],
    },
}
AUTH = {
    "templateFrom": [{"target": "spec.auth", "literal": "user: app\npassword: {{ .PASSWORD | toJson }}\n"}],
    "metadata": {"labels": {"tier": "db"}},
}


def of_the_how_to(*kinds: str) -> list[dict[str, Any]]:
    """The documents of these kinds that the how-to shows."""
    blocks = re.findall(r"```yaml\n(.*?)```", HOW_TO.read_text(), re.DOTALL)
    found = (one for block in blocks if "kind:" in block for one in yaml.safe_load_all(block))
    return [one for one in found if one.get("kind") in kinds]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(session: Session) -> AsyncIterator[Stage]:
    """An operator with the flag, and the rights of its manifest and of the how-to's rule."""
    await session.put(DEFINITION)
    for document in [*rights.documents(""), *of_the_how_to("ClusterRole", "ClusterRoleBinding")]:
        await session.put(document)
    account = ServiceAccountRef(namespace="keyferry", name="keyferry-operator")
    token = await session.client.create_token(account, ())
    file = session.lab.folder / "operator.kubeconfig"
    file.touch(mode=0o600)
    file.write_text(rights.as_bearer(session.lab.kubeconfig, token.token.reveal().decode()))
    flags = ("--kubeconfig", str(file), "--lease-namespace", "keyferry", "--unsafe-allow-generic-targets")
    async with Stage.open(session, *flags) as opened:
        yield opened


def with_apps() -> dict[str, Any]:
    """The how-to's role, with a rule for the custom resource."""
    (role,) = of_the_how_to("ClusterRole")
    role["rules"].append({**role["rules"][0], "apiGroups": ["example.com"], "resources": ["apps"]})
    return role


async def document(stage: Stage, resource: Resource, key: Key) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = await stage.client.get(resource, key, msgspec.json.decode)
    except NotFound:
        return None
    return found


async def holding(stage: Stage, resource: Resource, key: Key, **wanted: Any) -> dict[str, Any]:
    """Wait for an object to have exactly these fields."""

    async def look() -> dict[str, Any] | None:
        found = await document(stage, resource, key)
        return found if found is not None and all(found.get(name) == wanted[name] for name in wanted) else None

    return await looking.until(look, seconds=PATIENCE, what=f"{resource.kind} {key}")


async def gone(stage: Stage, resource: Resource, key: Key) -> None:
    async def look() -> bool | None:
        return True if await document(stage, resource, key) is None else None

    await looking.until(look, seconds=PATIENCE, what=f"the end of {resource.kind} {key}")


async def told(stage: Stage, namespace: str) -> str:
    """What conditions and events of a namespace say."""
    found = []
    for resource in (EXTERNAL_SECRETS, EVENTS):
        async for page in stage.client.pages(resource, Selection(namespace=namespace)):
            found += [bytes(item).decode() for item in page.items]
    return "\n".join(found)


async def test_a_config_map_follows_the_vault_and_is_put_right(stage: Stage) -> None:
    await stage.prepare("one")
    template = {"data": {"url": "db://{{ .PASSWORD }}"}}
    key = await stage.put("one", target={"manifest": CONFIG_MAP, "template": template})
    await holding(stage, CONFIG_MAPS, key, data={"url": f"db://{DB}"})
    ready = await stage.ready(key)
    assert (ready.reason, "whoever may read the ConfigMap" in ready.message) == ("ResourceSynced", True)
    await stage.rotate("db-password", f"{DB}-2")
    await holding(stage, CONFIG_MAPS, key, data={"url": f"db://{DB}-2"})
    await stage.client.merge_patch(CONFIG_MAPS, key, b'{"data": {"url": "meddled", "more": "x"}}')
    await holding(stage, CONFIG_MAPS, key, data={"url": f"db://{DB}-2"})
    await stage.client.delete(CONFIG_MAPS, key)
    await holding(stage, CONFIG_MAPS, key, data={"url": f"db://{DB}-2"})
    await stage.rotate("db-password", DB)
    assert CANARY not in await told(stage, "one")


async def test_it_goes_with_its_external_secret(stage: Stage) -> None:
    await stage.prepare("two")
    key = await stage.put("two", target={"manifest": CONFIG_MAP})
    await holding(stage, CONFIG_MAPS, key, data={"PASSWORD": DB})
    await stage.delete_external(key)
    await gone(stage, CONFIG_MAPS, key)


async def test_others_keys_stay_where_it_is_merged(stage: Stage) -> None:
    await stage.prepare("three")
    key = await stage.put("three", target={"manifest": CONFIG_MAP, "creationPolicy": "Merge"})
    assert (await stage.ready(key)).reason == "ResourceMissing"
    await stage.apply("v1", "ConfigMap", "three", "db", data={"OTHER": "theirs"})
    await holding(stage, CONFIG_MAPS, key, data={"OTHER": "theirs", "PASSWORD": DB})
    renamed = [{"secretKey": "RENAMED", "remoteRef": {"key": "db-password"}}]
    await stage.put("three", target={"manifest": CONFIG_MAP, "creationPolicy": "Merge"}, data=renamed)
    await holding(stage, CONFIG_MAPS, key, data={"OTHER": "theirs", "RENAMED": DB})


async def test_a_custom_resource_needs_its_own_rule(stage: Stage) -> None:
    await stage.prepare("four")
    key = await stage.put("four", target={"manifest": APP, "template": AUTH})
    await stage.failing(key, 'grant verb "get" on resource "apps" of API group "example.com"')
    await stage.session.put(with_apps())
    spec = {"replicas": 1, "auth": {"user": "app", "password": DB}}
    made = await holding(stage, APPS, key, spec=spec)
    assert made["metadata"]["labels"]["tier"] == "db"
    assert (await stage.ready(key)).reason == "ResourceSynced"
    version = made["metadata"]["resourceVersion"]
    refreshed = (await document(stage, EXTERNAL_SECRETS, key) or {})["status"]["refreshTime"]

    async def later() -> bool | None:
        found = await document(stage, EXTERNAL_SECRETS, key)
        return True if found and found["status"]["refreshTime"] > refreshed else None

    await looking.until(later, seconds=PATIENCE, what="another refresh")
    there = await document(stage, APPS, key)
    assert there is not None
    assert there["metadata"]["resourceVersion"] == version, "what the server filled in is no drift"
    await stage.rotate("db-password", f"{DB}-{'x' * 40}")
    failed = await stage.failing(key, "the API server refused to update apps.example.com")
    assert failed.reason == "ResourceSyncedError"
    await holding(stage, APPS, key, spec=spec)
    await stage.rotate("db-password", DB)
    await stage.ready(key)
    assert CANARY not in await told(stage, "four")
    assert CANARY not in (stage.session.lab.folder / "operator.log").read_text()


async def test_a_custom_resource_of_others_keeps_their_fields(stage: Stage) -> None:
    await stage.prepare("seven")
    await stage.session.put(with_apps())
    await stage.apply("example.com/v1", "App", "seven", "db", spec={"replicas": 3, "auth": {"user": "theirs"}})
    path = {"templateFrom": [{"target": "spec.auth", "literal": "password: {{ .PASSWORD | toJson }}"}]}
    key = await stage.put("seven", target={"manifest": APP, "template": path, "creationPolicy": "CreateOrMerge"})
    made = await holding(stage, APPS, key, spec={"replicas": 3, "auth": {"user": "theirs", "password": DB}})
    assert "ownerReferences" not in made["metadata"]


async def test_what_is_of_the_cluster_or_unknown_is_refused(stage: Stage) -> None:
    await stage.prepare("five")
    whole = await stage.put("five", "whole", target={"manifest": {"apiVersion": "v1", "kind": "Namespace"}})
    unknown = await stage.put("five", "unknown", target={"manifest": {"apiVersion": "v1", "kind": "Nothing"}})
    await stage.failing(whole, "it is of the whole cluster")
    await stage.failing(unknown, "the cluster has no kind Nothing")


async def test_without_the_flag_none_is_written(stage: Stage) -> None:
    await stage.prepare("six")
    await stage.operator.stop()
    file = stage.session.lab.folder / "operator.kubeconfig"
    plain = stage.session.operator(stage.session.lab.folder / "plain.log", "--kubeconfig", str(file))
    async with programs.living(plain):
        key = await stage.put("six", target={"manifest": CONFIG_MAP})
        failed = await stage.failing(key, "--unsafe-allow-generic-targets")
        assert failed.reason == "SecretSyncedError"
        assert await document(stage, CONFIG_MAPS, key) is None
