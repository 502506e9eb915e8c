"""The operator with exactly the rights of deploy/operator.yaml: all that it does works, and it uses them all.

What it was let do and was refused is what the lab's API server noted of its requests. A right that is used is one that
something stops working without, as the requests would be refused.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
import pytest_asyncio
import yaml

from keyferry.cli import looking, webhook_plugin
from keyferry.cli.session import Session
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES, SECRETS, Resource
from keyferry.lab.kubernetes.access.usage import Use, named
from keyferry.lab.serve.kubernetes import kubeconfig
from keyferry.model.errors import NotFound
from keyferry.model.identity import ServiceAccountRef
from keyferry.model.wellknown import CES_FINALIZER, ES_FINALIZER, NAMESPACE_FINALIZER_PREFIX
from keyferry.mount.settings import DRIVER
from keyferry.restart.kinds import WORKLOADS
from keyferry.sync.fanout.kinds import CLUSTER_EXTERNAL_SECRETS, CLUSTER_PUSH_SECRETS
from keyferry.sync.kinds import CLASSES, EXTERNAL_SECRETS, PUSH_SECRETS, SECRET_STORES
from tests.fakes.patience import PATIENCE
from tests.scenario.stage import CANARY, SEED, TENANT, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANIFEST = Path(__file__).parents[2] / "deploy" / "operator.yaml"
ACCOUNT = ServiceAccountRef(namespace="keyferry", name="keyferry-operator")
USER = "system:serviceaccount:keyferry:keyferry-operator"
ES = "external-secrets.io/v1"
ALPHA = "external-secrets.io/v1alpha1"
GENERATORS = "generators.external-secrets.io/v1alpha1"
KEY = "a-key-of-events-that-nobody-may-see"
WATCHED = "keyferry.io/restart-on-change"
SEEN = "keyferry.io/seen"
NEVER_ASKED: Mapping[Use, str] = {
    ("update", "externalsecrets.external-secrets.io/finalizers"): "OwnerReferencesPermissionEnforcement looks for it",
    ("update", "clusterexternalsecrets.external-secrets.io/finalizers"): "OwnerReferencesPermissionEnforcement",
    ("update", "clusterpushsecrets.external-secrets.io/finalizers"): "OwnerReferencesPermissionEnforcement",
}
ROLLOUTS: Mapping[str, Any] = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "rollouts.argoproj.io"},
    "spec": {
        "group": "argoproj.io",
        "scope": "Namespaced",
        "names": {"plural": "rollouts", "kind": "Rollout", "singular": "rollout"},
        "versions": [
            {
                "name": "v1alpha1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
                "subresources": {"status": {}},
            }
        ],
    },
}

Json = dict[str, Any]


@pytest.fixture(scope="module")
def seed() -> Json:
    """The usual stage, whose reader may write and pull, too."""
    made = deepcopy(SEED)
    made["registries"] = [{"name": "stageregistry", "tenantId": TENANT, "repositories": ["team/app"]}]
    made["roleAssignments"] += [
        {"identity": "reader", "role": "Key Vault Secrets Officer", "scope": "vaults/kv-stage"},
        {"identity": "reader", "role": "AcrPull", "scope": "registries/stageregistry"},
    ]
    return made


@pytest.fixture(scope="module")
def events_port() -> int:
    """Where the operator takes events."""
    return webhook_plugin.free_port()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(session: Session, events_port: int) -> AsyncIterator[Stage]:
    """An operator that is its own ServiceAccount, and one of several replicas."""
    await session.put(ROLLOUTS)
    for document in yaml.safe_load_all(MANIFEST.read_text()):
        if document["kind"] != "Deployment":
            await session.put(document)
    token = await session.client.create_token(ACCOUNT, ())
    server, folder = session.lab.kubernetes, session.lab.folder
    for name, text in (
        (
            "operator.kubeconfig",
            kubeconfig(server.url, server.authority.certificate_pem, token.token.reveal().decode()),
        ),
        ("event-keys", f"{KEY}\n"),
    ):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(text)
    flags = {
        "--kubeconfig": str(folder / "operator.kubeconfig"),
        "--lease-namespace": ACCOUNT.namespace,
        "--events-addr": f"127.0.0.1:{events_port}",
        "--events-key-file": str(folder / "event-keys"),
    }
    async with Stage.open(session, "--leader-elect", *(part for flag in flags.items() for part in flag)) as opened:
        yield opened


async def until(look: Callable[[], Awaitable[Any]], what: str) -> Any:
    async def answer() -> Any:
        return (await look()) or None

    return await looking.until(answer, seconds=PATIENCE, what=what)


async def read(stage: Stage, resource: Resource, namespace: str, name: str) -> Json | None:
    try:
        found: Json = await stage.client.get(resource, Key(namespace=namespace, name=name), msgspec.json.decode)
    except NotFound:
        return None
    return found


async def gone(stage: Stage, resource: Resource, namespace: str, name: str) -> None:
    async def look() -> bool:
        return await read(stage, resource, namespace, name) is None

    await until(look, f"the end of {resource.kind} {namespace}/{name}")


async def there(stage: Stage, resource: Resource, namespace: str, name: str) -> None:
    await until(lambda: read(stage, resource, namespace, name), f"{resource.kind} {namespace}/{name}")


async def without_finalizers(stage: Stage, resource: Resource, namespace: str, name: str) -> None:
    async def look() -> bool:
        found = await read(stage, resource, namespace, name)
        return found is not None and not found["metadata"].get("finalizers")

    await until(look, f"{resource.kind} {namespace}/{name} without finalizers")


async def patch(stage: Stage, resource: Resource, namespace: str, name: str, **metadata: Any) -> None:
    body = msgspec.json.encode({"metadata": metadata})
    await stage.client.merge_patch(resource, Key(namespace=namespace, name=name), body)


async def test_stores_and_external_secrets(stage: Stage) -> None:
    await stage.prepare("one")
    await stage.apply("v1", "ConfigMap", "one", "shape", data={"hello": "{{ .PASSWORD }}"})
    await stage.apply("v1", "Secret", "one", "shape", stringData={"secret": "{{ .PASSWORD }}"})
    parts = [
        {"configMap": {"name": "shape", "items": [{"key": "hello"}]}},
        {"secret": {"name": "shape", "items": [{"key": "secret"}]}},
    ]
    target = {"name": "first", "template": {"engineVersion": "v2", "templateFrom": parts}}
    key = await stage.put("one", target=target)
    await stage.ready(key)
    first = Key(namespace="one", name="first")
    await stage.holding(first, hello=f"{CANARY}-db", secret=f"{CANARY}-db")
    await stage.rotate("db-password", f"{CANARY}-two")
    await stage.holding(first, hello=f"{CANARY}-two", secret=f"{CANARY}-two")
    await stage.put("one", target={**target, "name": "second"})
    await stage.holding(Key(namespace="one", name="second"), hello=f"{CANARY}-two", secret=f"{CANARY}-two")
    await gone(stage, SECRETS, "one", "first")
    await patch(stage, EXTERNAL_SECRETS, "one", "db", finalizers=[ES_FINALIZER])
    await stage.delete_external(key)
    await gone(stage, EXTERNAL_SECRETS, "one", "db")


async def test_a_store_of_the_cluster_with_a_stored_credential_says_what_is_wrong_with_it(stage: Stage) -> None:
    await stage.apply("v1", "Namespace", "", "two")
    await stage.apply("v1", "Secret", "two", "login", stringData={"id": "nobody", "secret": "wrong"})
    secret = {"namespace": "two", "name": "login"}
    azure = {
        "authType": "ServicePrincipal",
        "tenantId": TENANT,
        "vaultUrl": "https://kv-stage.vault.azure.net",
        "authSecretRef": {"clientId": {**secret, "key": "id"}, "clientSecret": {**secret, "key": "secret"}},
    }
    await stage.apply(ES, "ClusterSecretStore", "", "stored", spec={"provider": {"azurekv": azure}})
    key = await stage.put("two", secretStoreRef={"name": "stored", "kind": "ClusterSecretStore"})
    await stage.failing(key)

    async def repeated() -> bool:
        return ("patch", "events") in stage.session.lab.kubernetes.api.cluster.usage.of(USER, allowed=True)

    await until(repeated, "an event that is told again")


async def test_pushing(stage: Stage) -> None:
    await stage.prepare("three")
    azure = {
        "authType": "WorkloadIdentity",
        "tenantId": TENANT,
        "vaultUrl": "https://kv-stage.vault.azure.net",
        "serviceAccountRef": {"name": "reader", "namespace": "three"},
    }
    await stage.apply(ES, "ClusterSecretStore", "", "everywhere", spec={"provider": {"azurekv": azure}})
    await stage.apply("v1", "Secret", "three", "source", metadata={"labels": {"push": "yes"}}, stringData={"k": "v"})
    stores = [{"name": "kv", "kind": "SecretStore"}, {"name": "everywhere", "kind": "ClusterSecretStore"}]
    for name, selector in (
        ("by-name", {"name": "source"}),
        ("by-label", {"selector": {"matchLabels": {"push": "yes"}}}),
    ):
        match = {"secretKey": "k", "remoteRef": {"remoteKey": f"three-{name}"}}
        spec = {
            "deletionPolicy": "Delete",
            "secretStoreRefs": stores,
            "selector": {"secret": selector},
            "data": [{"match": match}],
        }
        await stage.apply(ALPHA, "PushSecret", "three", name, spec=spec)
    held = stage.session.lab.azure.vaults.by_name("kv-stage")
    assert held is not None

    async def pushed() -> bool:
        return {"three-by-name", "three-by-label"} <= held.objects.secrets.live.keys()

    await until(pushed, "both secrets in the vault")
    for name in ("by-name", "by-label"):
        await stage.client.delete(PUSH_SECRETS, Key(namespace="three", name=name))
        await gone(stage, PUSH_SECRETS, "three", name)
    await without_finalizers(stage, SECRET_STORES, "three", "kv")


async def test_fanning_out(stage: Stage) -> None:
    await stage.prepare("four")
    await patch(stage, NAMESPACES, "", "four", labels={"team": "blue"})
    child: Json = {
        "secretStoreRef": {"name": "kv", "kind": "SecretStore"},
        "target": {"name": "blue"},
        "data": [{"secretKey": "PASSWORD", "remoteRef": {"key": "api-key"}}],
    }
    pushed: Json = {
        "secretStoreRefs": [{"name": "kv"}],
        "selector": {"secret": {"name": "absent"}},
        "data": [{"match": {"secretKey": "A", "remoteRef": {"remoteKey": "absent"}}}],
    }
    chosen: Json = {"namespaceSelectors": [{"matchLabels": {"team": "blue"}}]}

    async def spread(interval: str) -> None:
        spec = {"externalSecretSpec": {**child, "refreshInterval": interval}, **chosen}
        await stage.apply(ES, "ClusterExternalSecret", "", "blue", spec=spec)
        spec = {"pushSecretSpec": {**pushed, "refreshInterval": interval}, "pushSecretName": "blue", **chosen}
        await stage.apply(ALPHA, "ClusterPushSecret", "", "blue", spec=spec)

    await spread("1h")
    await there(stage, SECRETS, "four", "blue")
    await there(stage, PUSH_SECRETS, "four", "blue")
    await spread("2h")
    for resource in (EXTERNAL_SECRETS, PUSH_SECRETS):

        async def renewed(resource: Resource = resource) -> bool:
            found = await read(stage, resource, "four", "blue")
            return found is not None and found["spec"]["refreshInterval"] in ("2h", "2h0m0s")

        await until(renewed, f"the new interval of {resource.kind}")
    await patch(stage, CLUSTER_EXTERNAL_SECRETS.resource, "", "blue", finalizers=[CES_FINALIZER])
    await patch(stage, NAMESPACES, "", "four", finalizers=[f"{NAMESPACE_FINALIZER_PREFIX}gone"])
    await without_finalizers(stage, NAMESPACES, "", "four")
    await patch(stage, NAMESPACES, "", "four", labels={"team": None})
    for resource in (EXTERNAL_SECRETS, PUSH_SECRETS):
        await gone(stage, resource, "four", "blue")
    await stage.client.delete(CLUSTER_PUSH_SECRETS.resource, Key(name="blue"))
    await stage.client.delete(CLUSTER_EXTERNAL_SECRETS.resource, Key(name="blue"))
    await gone(stage, CLUSTER_EXTERNAL_SECRETS.resource, "", "blue")


async def test_generating(stage: Stage) -> None:
    await stage.prepare("five")
    workload = {"workloadIdentity": {"serviceAccountRef": {"name": "reader"}}}
    registry = {"registry": "stageregistry.azurecr.io", "tenantId": TENANT, "auth": workload}
    fake = {"data": {"user": "app"}}
    kinds: Mapping[str, Json] = {
        "Password": {"length": 20},
        "UUID": {},
        "Fake": fake,
        "ACRAccessToken": registry,
    }
    for kind, spec in kinds.items():
        await stage.apply(GENERATORS, kind, "five", "g", spec=spec)
    shared = {"kind": "Fake", "generator": {"fakeSpec": fake}}
    await stage.apply(GENERATORS, "ClusterGenerator", "", "g", spec=shared)
    entries = [{"sourceRef": {"generatorRef": {"kind": kind, "name": "g"}}} for kind in (*kinds, "ClusterGenerator")]
    spec = {"refreshPolicy": "CreatedOnce", "dataFrom": entries}
    await stage.apply(ES, "ExternalSecret", "five", "made", spec=spec)
    await stage.ready(Key(namespace="five", name="made"))


async def test_restarting(stage: Stage) -> None:
    await stage.prepare("six")
    await stage.apply("v1", "Secret", "six", "shared", stringData={"token": "t"})
    container = {"name": "web", "image": "registry.example/web:1.0", "envFrom": [{"secretRef": {"name": "shared"}}]}
    for kind in WORKLOADS:
        name = kind.kind.lower()
        csi = {"driver": DRIVER, "readOnly": True, "volumeAttributes": {"secretProviderClass": "files"}}
        inner = {"containers": [container], "volumes": [{"name": "files", "csi": csi}]}
        template = {"metadata": {"labels": {"app": name}}, "spec": inner}
        spec = {"selector": {"matchLabels": {"app": name}}, "template": template}
        if kind.kind == "StatefulSet":
            spec["serviceName"] = "web"
        metadata = {"annotations": {WATCHED: "true"}}
        await stage.apply(kind.api_version, kind.kind, "six", name, metadata=metadata, spec=spec)
    for kind in WORKLOADS:

        async def marked(kind: Resource = kind) -> bool:
            found = await read(stage, kind, "six", kind.kind.lower())
            return found is not None and SEEN in found["metadata"].get("annotations", {})

        await until(marked, f"the mark of {kind.kind}")


async def test_handing_events_on(stage: Stage, events_port: int) -> None:
    await stage.prepare("seven")
    objects = yaml.safe_dump({"array": [yaml.safe_dump({"objectName": "api-key", "objectType": "secret"})]})
    parameters = {"keyvaultName": "kv-stage", "tenantID": TENANT, "clientID": "reader", "objects": objects}
    spec = {"provider": "azure", "parameters": parameters}
    await stage.apply("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass", "seven", "files", spec=spec)
    event = {
        "id": "1",
        "topic": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv-stage",
        "subject": "api-key",
        "eventType": "Microsoft.KeyVault.SecretNewVersionCreated",
        "eventTime": datetime.now(UTC).isoformat(),  # noqa: TID251  (real processes live in real time)
        "data": {"VaultName": "kv-stage", "ObjectType": "Secret", "ObjectName": "api-key"},
        "dataVersion": "1",
    }

    async def told() -> bool:
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"http://127.0.0.1:{events_port}/events?key={KEY}", json=[event]) as answer,
        ):
            assert answer.status == 200, await answer.text()
        found = await read(stage, CLASSES, "seven", "files")
        return found is not None and "keyferry.io/changed" in found["metadata"].get("annotations", {})

    await until(told, "the hint")


async def test_it_was_refused_nothing_and_uses_all_that_it_may(session: Session, stage: Stage) -> None:
    usage = session.lab.kubernetes.api.cluster.usage
    assert stage.operator.pid
    assert usage.of(USER, allowed=False) == frozenset()
    given, used = granted(), usage.of(USER, allowed=True)
    assert used <= given
    assert given - used == NEVER_ASKED.keys(), "a rule that nobody needs, or a story that is missing here"


def granted() -> frozenset[Use]:
    """What the manifest's roles allow."""
    roles = [one for one in yaml.safe_load_all(MANIFEST.read_text()) if one["kind"] in ("Role", "ClusterRole")]
    return frozenset(
        (verb, named(group, resource))
        for role in roles
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    )
