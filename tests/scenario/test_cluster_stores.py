"""Stories of ClusterSecretStores: whom they serve, as whom, and what their status says."""

import base64
from copy import deepcopy
from typing import Any

import msgspec
import pytest

from keyferry.cli import looking
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES, SERVICE_ACCOUNTS, Resource
from keyferry.model.wellknown import STORE_FINALIZER
from keyferry.sync.kinds import CLUSTER_SECRET_STORES
from tests.fakes import programs
from tests.fakes.patience import PATIENCE
from tests.scenario.stage import CANARY, ISSUER, READER, SEED, TENANT, Stage

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.any_cluster]

GUEST = "77777777-7777-4777-8777-777777777777"
APPLICATION = "33333333-3333-4333-8333-333333333333"


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The usual stage, an identity that may read one secret alone, for the accounts of three namespaces, and an
    application with a secret.
    """
    made = deepcopy(SEED)
    credentials = [
        {
            "name": f"guest-{name}",
            "issuer": ISSUER,
            "subject": f"system:serviceaccount:{name}:reader",
            "audiences": ["api://AzureADTokenExchange"],
        }
        for name in ("two", "three", "four")
    ]
    made["identities"].append(
        {"name": "guest", "clientId": GUEST, "tenantId": TENANT, "federatedCredentials": credentials}
    )
    scope = "vaults/kv-stage/secrets/api-key"
    made["roleAssignments"].append({"identity": "guest", "role": "Key Vault Secrets User", "scope": scope})
    stored = [{"value": f"{CANARY}-of-the-application"}]
    made["applications"] = [{"name": "legacy", "clientId": APPLICATION, "tenantId": TENANT, "secrets": stored}]
    made["roleAssignments"].append({"identity": "legacy", "role": "Key Vault Secrets User", "scope": "vaults/kv-stage"})
    return made


async def test_each_namespace_reads_what_its_own_account_may(stage: Stage) -> None:
    await cluster_store(stage, "shared")
    await namespace(stage, "one", READER)
    await namespace(stage, "two", GUEST)
    mine, theirs = [await put(stage, name, "shared", "db-password") for name in ("one", "two")]
    await stage.holding(mine, PASSWORD=f"{CANARY}-db")
    await stage.failing(theirs, "ForbiddenByRbac", GUEST)
    assert await looking.secret(stage.client, theirs) is None, "what one's identity read is nothing to the other"
    own = await put(stage, "two", "shared", "api-key", "own")
    await stage.holding(own, PASSWORD=f"{CANARY}-api")
    assert await told(stage, "shared", "as an identity of its own") == ("True", "Valid", "ReadWrite")


async def test_an_account_that_was_missing_or_is_changed_serves_at_once(stage: Stage) -> None:
    await cluster_store(stage, "patient")
    await stage.apply("v1", "Namespace", "", "three")
    key = await put(stage, "three", "patient", "api-key", refreshInterval="24h")
    await stage.failing(key, f"ServiceAccount {stage.named('three')}/reader does not exist")
    await namespace(stage, "three", "not-an-id")
    await stage.failing(key, "'not-an-id', not a GUID")
    await annotate(stage, SERVICE_ACCOUNTS, stage.key("three", "reader"), GUEST)
    await stage.holding(key, PASSWORD=f"{CANARY}-api")


async def test_a_store_serves_the_namespaces_of_its_conditions_and_those_that_come_to_fit(stage: Stage) -> None:
    selector = {"namespaceSelector": {"matchLabels": {"vault": "yes"}}}
    begin = {"namespaceRegexes": [f"^{stage.named('sev')}"]}
    await cluster_store(stage, "guarded", [{"namespaces": [stage.named("eight")]}, begin, selector])
    for name in ("six", "seven", "eight"):
        await namespace(stage, name, READER)
    six, seven, eight = [
        await put(stage, name, "guarded", "db-password", refreshInterval="24h") for name in ("six", "seven", "eight")
    ]
    await stage.holding(seven, PASSWORD=f"{CANARY}-db")
    await stage.holding(eight, PASSWORD=f"{CANARY}-db")
    guarded = stage.named("guarded")
    refused = await stage.failing(six, f"ClusterSecretStore {guarded} does not serve namespace {stage.named('six')}")
    assert refused.reason == "SecretSyncedError"
    patch = msgspec.json.encode({"metadata": {"labels": {"vault": "yes"}}})
    await stage.client.merge_patch(NAMESPACES, Key(name=stage.named("six")), patch)
    await stage.holding(six, PASSWORD=f"{CANARY}-db")
    await cluster_store(stage, "guarded", [{"namespaces": [stage.named("eight")]}])
    await stage.failing(seven, f"does not serve namespace {stage.named('seven')}")
    await stage.holding(seven, PASSWORD=f"{CANARY}-db")  # the last good values stay


async def test_one_account_of_the_platform_serves_all(stage: Stage) -> None:
    await namespace(stage, "nine", READER)
    account = {"name": "reader", "namespace": stage.named("nine")}
    await cluster_store(stage, "platform", serviceAccountRef=account)
    await stage.apply("v1", "Namespace", "", "ten")
    key = await put(stage, "ten", "platform", "db-password")
    await stage.holding(key, PASSWORD=f"{CANARY}-db")
    assert await told(stage, "platform", "may list and read its secrets") == ("True", "Valid", "ReadWrite")
    await cluster_store(stage, "platform", serviceAccountRef=account, tenantId=None, vaultUrl="kv-stage")
    assert (await told(stage, "platform", "does not begin with https://"))[:2] == ("False", "InvalidProviderConfig")
    await stage.failing(key, f"ClusterSecretStore {stage.named('platform')} is invalid")


async def test_a_stored_credential_of_each_namespace_is_found_when_it_comes_and_when_it_is_mended(stage: Stage) -> None:
    selectors = {name: {"name": "azure", "key": name} for name in ("clientId", "clientSecret")}
    azure: dict[str, Any] = {"authType": "ServicePrincipal", "serviceAccountRef": None, "authSecretRef": selectors}
    await cluster_store(stage, "stored", **azure)
    await stage.apply("v1", "Namespace", "", "eleven")
    key = await put(stage, "eleven", "stored", "db-password", refreshInterval="24h")
    await stage.failing(key, f"Secret {stage.named('eleven')}/azure does not exist: a store reads its credential there")
    for value, words in (("wrong", "AADSTS7000215"), (f"{CANARY}-of-the-application", "")):
        values = {"clientId": APPLICATION, "clientSecret": value}
        encoded = {name: base64.b64encode(text.encode()).decode() for name, text in values.items()}
        await stage.apply("v1", "Secret", "eleven", "azure", data=encoded)
        await (stage.failing(key, words) if words else stage.holding(key, PASSWORD=f"{CANARY}-db"))


async def test_kubectl_shows_what_upstream_shows(stage: Stage, kubectl: str) -> None:
    await cluster_store(stage, "columns")
    await told(stage, "columns", "")
    config = str(stage.session.lab.kubeconfig)
    command = (kubectl, "--kubeconfig", config, "get", "css", stage.named("columns"))
    shown = (await programs.run(*command)).out
    head, row = (line.split() for line in shown.splitlines())
    assert head == ["NAME", "AGE", "STATUS", "CAPABILITIES", "READY"]
    assert [row[0], *row[2:]] == [stage.named("columns"), "Valid", "ReadWrite", "True"]


async def test_a_store_that_upstream_holds_for_nobody_can_be_deleted(stage: Stage) -> None:
    await cluster_store(stage, "left-behind", finalizers=[STORE_FINALIZER])

    async def let_go() -> bool | None:
        found = await stage.client.get(CLUSTER_SECRET_STORES, Key(name=stage.named("left-behind")), msgspec.json.decode)
        return not found["metadata"].get("finalizers") or None

    await looking.until(let_go, seconds=PATIENCE, what="the finalizer's end")


async def cluster_store(
    stage: Stage,
    name: str,
    conditions: list[dict[str, Any]] | None = None,
    finalizers: list[str] | None = None,
    **azure: Any,
) -> None:
    fields = {
        "authType": "WorkloadIdentity",
        "tenantId": TENANT,
        "vaultUrl": "https://kv-stage.vault.azure.net",
        "serviceAccountRef": {"name": "reader"},
    } | azure
    provider = {"azurekv": {key: value for key, value in fields.items() if value is not None}}
    spec = {"provider": provider, "conditions": conditions or []}
    metadata = {"finalizers": finalizers} if finalizers else {}
    await stage.apply("external-secrets.io/v1", "ClusterSecretStore", "", name, metadata=metadata, spec=spec)


async def namespace(stage: Stage, name: str, client: str) -> None:
    """A namespace with a ServiceAccount `reader` that stands for `client`."""
    await stage.apply("v1", "Namespace", "", name)
    account = {"annotations": {"azure.workload.identity/client-id": client}}
    await stage.apply("v1", "ServiceAccount", name, "reader", metadata=account)


async def annotate(stage: Stage, resource: Resource, key: Key, client: str) -> None:
    patch = {"metadata": {"annotations": {"azure.workload.identity/client-id": client}}}
    await stage.client.merge_patch(resource, key, msgspec.json.encode(patch))


async def put(stage: Stage, namespace: str, store: str, secret: str, name: str = "db", **spec: Any) -> Key:
    """An ExternalSecret that reads one secret by a store of the cluster."""
    data = [{"secretKey": "PASSWORD", "remoteRef": {"key": secret}}]
    reference = {"name": stage.named(store), "kind": "ClusterSecretStore"}
    return await stage.put(namespace, name, secretStoreRef=reference, data=data, **spec)


async def told(stage: Stage, name: str, words: str) -> tuple[str, str, str]:
    """Status, reason and capabilities of a store of the cluster, once its message has these words."""

    async def look() -> tuple[str, str, str] | None:
        found = await stage.client.get(CLUSTER_SECRET_STORES, Key(name=stage.named(name)), msgspec.json.decode)
        status = found.get("status", {})
        for condition in status.get("conditions", []):
            if words in condition["message"]:
                return condition["status"], condition["reason"], status.get("capabilities", "")
        return None

    return await looking.until(look, seconds=PATIENCE, what=f"the status of {name} with {words!r}")
