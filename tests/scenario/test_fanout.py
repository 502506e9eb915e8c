"""Stories of ClusterExternalSecrets, ClusterPushSecrets and generators, told to a real operator in the lab."""

import base64
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from copy import deepcopy
from typing import Any

import msgspec
import pytest

from keyferry.cli import looking
from keyferry.identity.http import open_session as open_http
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES, SECRETS, Resource
from keyferry.model.errors import NotFound
from keyferry.sync.fanout.kinds import CLUSTER_EXTERNAL_SECRETS, CLUSTER_PUSH_SECRETS
from keyferry.sync.kinds import EXTERNAL_SECRETS, PUSH_SECRETS
from tests.fakes.patience import PATIENCE
from tests.scenario.stage import CANARY, SEED, TENANT, Stage

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.any_cluster]

Json = dict[str, Any]
ES_V1 = "external-secrets.io/v1"
GENERATORS = "generators.external-secrets.io/v1alpha1"
MARK = "externalsecrets.external-secrets.io"
REGISTRY = "stageregistry.azurecr.io"
CHILD: Json = {
    "refreshInterval": "1h",
    "secretStoreRef": {"name": "kv", "kind": "SecretStore"},
    "target": {"name": "db"},
    "data": [{"secretKey": "PASSWORD", "remoteRef": {"key": "db-password"}}],
}


@pytest.fixture(scope="module")
def seed() -> Json:
    """The usual stage with registries, from which the reader may pull; one takes no tokens for ARM."""
    made = deepcopy(SEED)
    made["registries"] = [
        {"name": "stageregistry", "tenantId": TENANT, "repositories": ["team/app"]},
        {"name": "strictregistry", "tenantId": TENANT, "authenticationAsArm": False},
    ]
    for name in ("stageregistry", "strictregistry"):
        made["roleAssignments"].append({"identity": "reader", "role": "AcrPull", "scope": f"registries/{name}"})
    return made


async def test_a_cluster_external_secret_delivers_to_every_namespace_that_fits(stage: Stage) -> None:
    for name in ("one", "two"):
        await stage.prepare(name)
        await label(stage, name, team="blue")
    await fan_out(stage, "blue")
    for name in ("one", "two"):
        await stage.holding(stage.key(name, "db"), PASSWORD=f"{CANARY}-db")
    status = await told(stage, "blue", provisioned=["one", "two"])
    assert status["conditions"] == [
        {"type": "Ready", "status": "True", "message": f"ExternalSecret {stage.named('blue')} is in all 2 namespaces"}
    ]

    await stage.prepare("three")
    await stage.apply(ES_V1, "ExternalSecret", "three", stage.named("blue"), spec=CHILD | {"target": {"name": "mine"}})
    await label(stage, "three", team="blue")
    status = await told(stage, "blue", failed=["three"])
    assert f"there is another ExternalSecret {stage.named('blue')} already" in status["failedNamespaces"][0]["reason"]
    await stage.delete_external(stage.key("three", stage.named("blue")))
    await stage.holding(stage.key("three", "db"), PASSWORD=f"{CANARY}-db")

    await annotate(stage, "blue", {"external-secrets.io/force-sync": "1"})
    await until(lambda: forced(stage, "one", "1"), "force-sync mirrored")
    await annotate(stage, "blue", {"external-secrets.io/force-sync": None})
    await until(lambda: forced(stage, "one", None), "force-sync pruned")

    await label(stage, "two", team=None)
    await until(lambda: gone(stage, SECRETS, stage.key("two", "db")), "the Secret of two gone")
    assert (await told(stage, "blue", provisioned=["one", "three"]))["failedNamespaces"] == []


async def test_what_upstreams_operator_left_holds_nothing_up(stage: Stage) -> None:
    await stage.prepare("four")
    await label(stage, "four", team="green")
    await fan_out(stage, "green")
    own = finalizers(f"{MARK}/clusterexternalsecret-cleanup")
    await stage.client.merge_patch(CLUSTER_EXTERNAL_SECRETS.resource, Key(name=stage.named("green")), own)
    await stage.secret(stage.key("four", "db"))
    await stage.client.merge_patch(
        NAMESPACES,
        Key(name=stage.named("four")),
        finalizers(f"{MARK}/ces-{stage.named('green')}", f"{MARK}/ces-{stage.named('gone')}"),
    )
    await until(
        lambda: marked(stage, "four", f"{MARK}/ces-{stage.named('green')}"), "the mark of one that is gone removed"
    )

    await stage.client.delete(CLUSTER_EXTERNAL_SECRETS.resource, Key(name=stage.named("green")))
    await until(lambda: gone(stage, SECRETS, stage.key("four", "db")), "everything of green gone")
    await until(lambda: gone(stage, CLUSTER_EXTERNAL_SECRETS.resource, Key(name=stage.named("green"))), "green gone")
    await until(lambda: marked(stage, "four"), "its mark removed")


async def test_a_namespace_with_a_mark_can_be_deleted(stage: Stage) -> None:
    await stage.prepare("five")
    await label(stage, "five", team="red")
    await fan_out(stage, "red")
    await stage.client.merge_patch(
        NAMESPACES, Key(name=stage.named("five")), finalizers(f"{MARK}/ces-{stage.named('red')}")
    )
    await stage.secret(stage.key("five", "db"))
    await stage.client.delete(NAMESPACES, Key(name=stage.named("five")))
    await until(lambda: gone(stage, NAMESPACES, Key(name=stage.named("five"))), "the namespace gone")
    await told(stage, "red", provisioned=[])


async def test_generators_make_up_values_that_stay_until_they_are_refreshed(stage: Stage) -> None:
    await stage.apply("v1", "Namespace", "", "six")
    await stage.apply(GENERATORS, "Password", "six", "pw", spec={"length": 20, "symbols": 0, "secretKeys": ["A", "B"]})
    await stage.apply(GENERATORS, "UUID", "six", "id", spec={})
    await stage.apply(
        GENERATORS,
        "ClusterGenerator",
        "",
        "fixed",
        spec={"kind": "Fake", "generator": {"fakeSpec": {"data": {"user": "app"}}}},
    )
    entries = [
        generator("Password", "pw"),
        generator("UUID", "id"),
        generator("ClusterGenerator", stage.named("fixed")),
    ]
    await stage.apply(
        ES_V1, "ExternalSecret", "six", "made", spec={"refreshPolicy": "CreatedOnce", "dataFrom": entries}
    )
    key = stage.key("six", "made")
    await stage.ready(key)
    seen = await stage.secret(key)
    assert seen.lengths == {"A": 20, "B": 20, "uuid": 36, "user": 3}
    assert seen.digests["A"] != seen.digests["B"]
    await stage.apply(
        ES_V1, "ExternalSecret", "six", "other", spec={"refreshInterval": "1h", "dataFrom": [generator("SSHKey", "x")]}
    )
    await stage.failing(stage.key("six", "other"), "does not run generators", "Password")
    assert (await stage.secret(key)).digests == seen.digests


async def test_a_pull_secret_opens_the_registry(stage: Stage) -> None:
    await stage.prepare("seven")
    scope = "repository:team/app:pull"
    auth = {"workloadIdentity": {"serviceAccountRef": {"name": "reader"}}}
    spec = {"registry": REGISTRY, "tenantId": TENANT, "auth": auth}
    await stage.apply(GENERATORS, "ACRAccessToken", "seven", "wide", spec=spec)
    await stage.apply(GENERATORS, "ACRAccessToken", "seven", "narrow", spec=spec | {"scope": scope})
    await stage.apply(
        GENERATORS, "ACRAccessToken", "seven", "strict", spec=spec | {"registry": "strictregistry.azurecr.io"}
    )
    for name in ("wide", "narrow", "strict"):
        await stage.apply(ES_V1, "ExternalSecret", "seven", name, spec=pull_secret(name))
        await stage.ready(stage.key("seven", name))
    login = await pulled(stage, stage.key("seven", "wide"))
    token = (await pulled(stage, stage.key("seven", "narrow"))).partition(":")[2]
    async with open_http() as http:
        basic = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
        assert await status_of(http, "/v2/", basic) == 200
        assert await status_of(http, "/v2/team/app/tags/list", {"Authorization": f"Bearer {token}"}) == 200
        assert await status_of(http, "/v2/team/app/tags/list", {}) == 401


async def test_another_namespace_has_no_share_in_a_login(stage: Stage) -> None:
    await stage.prepare("eight", account={"annotations": {"azure.workload.identity/client-id": "nobody"}})
    auth = {"workloadIdentity": {"serviceAccountRef": {"name": "reader", "namespace": stage.named("seven")}}}
    spec = {"registry": REGISTRY, "tenantId": TENANT, "auth": auth}
    await stage.apply(GENERATORS, "ACRAccessToken", "eight", "wide", spec=spec)
    await stage.apply(ES_V1, "ExternalSecret", "eight", "wide", spec=pull_secret("wide"))
    await stage.failing(stage.key("eight", "wide"), f"ServiceAccount {stage.named('eight')}/reader names no identity")


async def test_a_cluster_push_secret_has_a_push_secret_everywhere(stage: Stage) -> None:
    for name in ("nine", "ten"):
        await stage.prepare(name)
        await label(stage, name, team="push")
    child = {
        "secretStoreRefs": [{"name": "kv"}],
        "selector": {"secret": {"name": "absent"}},
        "data": [{"match": {"secretKey": "A", "remoteRef": {"remoteKey": "pushed"}}}],
    }
    selectors = [team(stage, "push")]
    spec = {"pushSecretSpec": child, "pushSecretName": "up", "namespaceSelectors": selectors}
    await stage.apply("external-secrets.io/v1alpha1", "ClusterPushSecret", "", "push", spec=spec)

    async def is_told() -> Json | None:
        status = (await document(stage, CLUSTER_PUSH_SECRETS.resource, Key(name=stage.named("push")))).get("status", {})
        return status if status.get("provisionedNamespaces") == [stage.named("nine"), stage.named("ten")] else None

    status = await until(is_told, "both namespaces provisioned")
    assert (status["pushSecretName"], status["conditions"][0]["reason"]) == ("up", "Synced")
    await stage.client.delete(CLUSTER_PUSH_SECRETS.resource, Key(name=stage.named("push")))
    await until(lambda: gone(stage, PUSH_SECRETS, stage.key("nine", "up")), "the PushSecrets gone")


def generator(kind: str, name: str) -> Json:
    return {"sourceRef": {"generatorRef": {"kind": kind, "name": name}}}


def pull_secret(name: str) -> Json:
    """An ExternalSecret as upstream's documents show it."""
    auths = {REGISTRY: {"username": "{{ .username }}", "password": "{{ .password }}"}}
    template = {"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": json.dumps({"auths": auths})}}
    return {
        "refreshInterval": "3h",
        "target": {"name": name, "template": template},
        "dataFrom": [generator("ACRAccessToken", name)],
    }


async def fan_out(stage: Stage, name: str) -> None:
    """A ClusterExternalSecret for the namespaces of the team of its name."""
    spec = {"externalSecretSpec": CHILD, "namespaceSelectors": [team(stage, name)]}
    await stage.apply(ES_V1, "ClusterExternalSecret", "", name, spec=spec)


def finalizers(*names: str) -> bytes:
    return msgspec.json.encode({"metadata": {"finalizers": names}})


async def document(stage: Stage, resource: Resource, key: Key) -> Json:
    found: Json = await stage.client.get(resource, key, msgspec.json.decode)
    return found


def team(stage: Stage, name: str) -> Json:
    return {"matchLabels": {"team": stage.named(name)}}


async def label(stage: Stage, namespace: str, team: str | None) -> None:
    labels = {"team": team and stage.named(team)}
    await stage.client.merge_patch(
        NAMESPACES, Key(name=stage.named(namespace)), msgspec.json.encode({"metadata": {"labels": labels}})
    )


async def annotate(stage: Stage, name: str, annotations: Mapping[str, str | None]) -> None:
    patch = msgspec.json.encode({"metadata": {"annotations": annotations}})
    await stage.client.merge_patch(CLUSTER_EXTERNAL_SECRETS.resource, Key(name=stage.named(name)), patch)


async def until(look: Callable[[], Awaitable[Any]], what: str) -> Any:
    async def answer() -> Any:
        return (await look()) or None

    return await looking.until(answer, seconds=PATIENCE, what=what)


async def told(
    stage: Stage, name: str, *, provisioned: list[str] | None = None, failed: list[str] | None = None
) -> Json:
    """Wait for a ClusterExternalSecret to name these namespaces."""

    async def look() -> Json | None:
        status: Json = (await document(stage, CLUSTER_EXTERNAL_SECRETS.resource, Key(name=stage.named(name)))).get(
            "status", {}
        )
        there = status.get("provisionedNamespaces")
        missing = [each["namespace"] for each in status.get("failedNamespaces", ())]
        wanted = [names and [stage.named(name) for name in names] for names in (provisioned, failed)]
        right = wanted[0] in (None, there) and wanted[1] in (None, missing)
        return status if there is not None and right else None

    found: Json = await until(look, f"the status of {name} with {provisioned} and {failed}")
    return found


async def forced(stage: Stage, namespace: str, value: str | None) -> bool:
    found = await document(stage, EXTERNAL_SECRETS, stage.key(namespace, stage.named("blue")))
    return bool((found["metadata"].get("annotations") or {}).get("external-secrets.io/force-sync") == value)


async def gone(stage: Stage, resource: Resource, key: Key) -> bool:
    try:
        await document(stage, resource, key)
    except NotFound:
        return True
    return False


async def marked(stage: Stage, namespace: str, *marks: str) -> bool:
    """Whether a namespace has these finalizers of upstream's operator and no others."""
    found = await document(stage, NAMESPACES, Key(name=stage.named(namespace)))
    return [each for each in found["metadata"].get("finalizers", ()) if each.startswith(MARK)] == list(marks)


async def pulled(stage: Stage, key: Key) -> str:
    """The login of a pull secret, as a container runtime reads it."""
    secret = await document(stage, SECRETS, key)
    assert secret["type"] == "kubernetes.io/dockerconfigjson"
    login = json.loads(base64.b64decode(secret["data"][".dockerconfigjson"]))["auths"][REGISTRY]
    return f"{login['username']}:{login['password']}"


async def status_of(http: Any, path: str, headers: Mapping[str, str]) -> int:
    async with http.get(f"https://{REGISTRY}{path}", headers=headers, proxy=os.environ["HTTPS_PROXY"]) as answer:
        return int(answer.status)
