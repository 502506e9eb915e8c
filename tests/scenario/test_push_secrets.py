"""Stories of PushSecrets: what they write into a vault, follow, refuse to touch, and take away again."""

import base64
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import msgspec
import pytest

from keyferry.cli import looking
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES, SECRETS
from keyferry.lab.azure import private_keys
from keyferry.lab.azure.keyvault.objects import Objects
from keyferry.spec.conditions import READY
from keyferry.spec.push_status import PushSecretStatus
from keyferry.sync.kinds import PUSH_SECRETS, SECRET_STORES
from tests.fakes import certificates
from tests.fakes.patience import PATIENCE
from tests.scenario.stage import CANARY, NOBODY, SEED, TENANT, Stage

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.any_cluster]

OURS = (("managed-by", "external-secrets"),)
ROLES = ("Key Vault Secrets Officer", "Key Vault Certificates Officer", "Key Vault Crypto Officer")
METADATA = {
    "apiVersion": "kubernetes.external-secrets.io/v1alpha1",
    "kind": "PushSecretMetadata",
    "spec": {"expirationDate": "2100-01-01T00:00:00Z", "contentType": "text/plain", "tags": {"team": "a"}},
}


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The usual stage, whose reader may write, too."""
    made = deepcopy(SEED)
    made["roleAssignments"] += [{"identity": "reader", "role": role, "scope": "vaults/kv-stage"} for role in ROLES]
    return made


def vault(stage: Stage) -> Objects:
    """What the vault holds, as its keeper sees it."""
    found = stage.session.lab.azure.vaults.by_name("kv-stage")
    assert found is not None
    return found.objects


async def secret(stage: Stage, namespace: str, data: Mapping[str, bytes], name: str = "source") -> None:
    encoded = {key: base64.b64encode(value).decode() for key, value in data.items()}
    await stage.apply("v1", "Secret", namespace, name, data=encoded)


async def push(stage: Stage, namespace: str, name: str = "push", **spec: Any) -> Key:
    """Create or replace a PushSecret of the Secret `source` into the store `kv`."""
    fields = {
        "refreshInterval": "1h",
        "deletionPolicy": "Delete",
        "secretStoreRefs": [{"name": "kv", "kind": "SecretStore"}],
        "selector": {"secret": {"name": "source"}},
    } | spec
    await stage.apply("external-secrets.io/v1alpha1", "PushSecret", namespace, name, spec=fields)
    return stage.key(namespace, name)


def entry(key: str, remote: str, **more: Any) -> dict[str, Any]:
    return {"match": {"secretKey": key, "remoteRef": {"remoteKey": remote}}, **more}


async def told(stage: Stage, key: Key, reason: str, *words: str) -> PushSecretStatus:
    """Wait for a Ready condition with this reason and these words."""

    async def look() -> PushSecretStatus | None:
        status = PushSecretStatus.read(await stage.client.get(PUSH_SECRETS, key, msgspec.json.decode))
        fits = [
            condition
            for condition in status.conditions
            if condition.type == READY
            and condition.reason == reason
            and all(word in condition.message for word in words)
        ]
        return status if fits else None

    return await looking.until(look, seconds=PATIENCE, what=f"{reason} of {key} with {words}")


async def holding(stage: Stage, name: str, value: str) -> None:
    async def look() -> bool | None:
        found = vault(stage).secrets.live.get(name)
        return True if found is not None and found.latest.value == value else None

    await looking.until(look, seconds=PATIENCE, what=f"secret {name} with the wanted value")


async def gone(stage: Stage, *names: str) -> None:
    async def look() -> bool | None:
        held = vault(stage)
        live = held.secrets.live.keys() | held.keys.live.keys() | held.certificates.live.keys()
        return None if live & set(names) else True

    await looking.until(look, seconds=PATIENCE, what=f"the end of {names}")


async def test_secret_certificate_and_key_are_pushed_followed_and_deleted(stage: Stage) -> None:
    await stage.prepare("one")
    data = {
        "password": f"{CANARY}-pushed".encode(),
        "tls.pem": b"".join(certificates.key_pair("web")),
        "key.pem": private_keys.generate("P-256").encode(),
    }
    await secret(stage, "one", data)
    entries = [
        entry("password", "one-password", metadata=METADATA),
        entry("tls.pem", "cert/one-web"),
        entry("key.pem", "key/one-signing"),
    ]
    key = await push(stage, "one", data=entries)
    status = await told(stage, key, "Synced")
    assert set(status.synced["SecretStore/kv"]) == {"one-password", "cert/one-web", "key/one-signing"}
    held = vault(stage)
    latest = held.secrets.live["one-password"].latest
    assert (latest.value, latest.content_type) == (f"{CANARY}-pushed", "text/plain")
    assert dict(latest.tags or ()) == dict(OURS) | {"team": "a"}
    assert len(held.keys.live["one-signing"].versions) == 1
    assert len(held.certificates.live["one-web"].versions) == 1

    data["password"] = f"{CANARY}-changed".encode()
    await secret(stage, "one", data)
    await holding(stage, "one-password", f"{CANARY}-changed")
    assert len(held.keys.live["one-signing"].versions) == 1, "what did not change has no new version"

    await push(stage, "one", data=entries[:2])
    await gone(stage, "one-signing")
    await stage.client.delete(PUSH_SECRETS, key)
    await gone(stage, "one-password", "one-web")


async def test_somebody_else_s_secret_is_refused_and_survives_the_push_secret(stage: Stage) -> None:
    await stage.prepare("two")
    await secret(stage, "two", {"k": b"v"})
    key = await push(stage, "two", data=[entry("k", "api-key")])
    await told(stage, key, "Errored", "belongs to somebody else", "managed-by")
    await push(stage, "two", data=[entry("k", "two-free")])
    await told(stage, key, "Synced")
    await stage.client.delete(PUSH_SECRETS, key)
    await gone(stage, "two-free")
    assert vault(stage).secrets.live["api-key"].latest.value == f"{CANARY}-api"


async def test_46_what_exists_is_left_where_asked(stage: Stage) -> None:
    await stage.prepare("two")
    await secret(stage, "two", {"k": b"v"})
    entries = [entry("k", "db-password"), entry("k", "two-new")]
    key = await push(stage, "two", "if-absent", updatePolicy="IfNotExists", deletionPolicy="None", data=entries)
    await told(stage, key, "Synced")
    held = vault(stage).secrets.live
    assert (held["db-password"].latest.value, held["two-new"].latest.value) == (f"{CANARY}-db", "v")


async def test_what_was_deleted_comes_back_under_its_name(stage: Stage) -> None:
    await stage.prepare("three")
    await secret(stage, "three", {"k": b"first"})
    key = await push(stage, "three", data=[entry("k", "three-back")])
    await told(stage, key, "Synced")
    await stage.client.delete(PUSH_SECRETS, key)
    await gone(stage, "three-back")
    await secret(stage, "three", {"k": b"second"})
    await push(stage, "three", data=[entry("k", "three-back")])
    await holding(stage, "three-back", "second")
    assert len(vault(stage).secrets.live["three-back"].versions) == 2


async def test_the_end_of_the_source_is_the_end_of_what_was_pushed(stage: Stage) -> None:
    await stage.prepare("four")
    await secret(stage, "four", {"k": b"v"})
    key = await push(stage, "four", data=[entry("k", "four-k")])
    await told(stage, key, "Synced")
    await stage.client.delete(SECRETS, stage.key("four", "source"))
    status = await told(stage, key, "SourceDeleted")
    assert not status.synced
    await gone(stage, "four-k")


async def test_a_store_stays_while_a_push_secret_needs_it(stage: Stage) -> None:
    await stage.prepare("five")
    await secret(stage, "five", {"k": b"v"})
    key = await push(stage, "five", data=[entry("k", "five-k")])
    await told(stage, key, "Synced")
    store = stage.key("five", "kv")

    async def finalizers() -> list[str]:
        metadata = (await stage.client.get(SECRET_STORES, store, msgspec.json.decode))["metadata"]
        return list(metadata.get("finalizers", []))

    async def held() -> bool | None:
        return True if await finalizers() else None

    await looking.until(held, seconds=PATIENCE, what="the store's finalizer")
    await stage.client.delete(SECRET_STORES, store)
    assert await finalizers()
    await stage.client.delete(PUSH_SECRETS, key)
    await gone(stage, "five-k")


async def test_many_keys_by_pattern_by_label_and_by_template(stage: Stage) -> None:
    await stage.prepare("six")
    await secret(stage, "six", {"db-user": b"u", "db-pass": b"p", "other": b"o"})
    to_names = {"storeRef": {"name": "kv"}, "match": {"regexp": "^db-"}}
    renamed = to_names | {"rewrite": [{"regexp": {"source": "^db-", "target": "six-"}}]}
    bundle = to_names | {"remoteKey": "six-all"}
    key = await push(
        stage,
        "six",
        dataTo=[renamed, bundle],
        template={"data": {"db-user": "{{ .other }}", "db-pass": '{{ index . "db-pass" | upper }}'}},
    )
    await told(stage, key, "Synced")
    held = vault(stage).secrets.live
    assert (held["six-user"].latest.value, held["six-pass"].latest.value) == ("o", "P")
    assert held["six-all"].latest.value == '{"db-pass":"P","db-user":"o"}'


async def test_a_tls_secret_becomes_a_certificate_by_its_template(stage: Stage) -> None:
    await stage.prepare("seven")
    certificate, key = certificates.key_pair("seven")
    await secret(stage, "seven", {"tls.crt": certificate, "tls.key": key})
    joined = '{{ fullPemToPkcs12 (index . "tls.crt") (index . "tls.key") }}'
    named = await push(stage, "seven", data=[entry("p12", "cert/seven-web")], template={"data": {"p12": joined}})
    await told(stage, named, "Synced")
    assert len(vault(stage).certificates.live["seven-web"].versions) == 1
    await push(
        stage, "seven", data=[entry("p12", "cert/seven-web")], template={"data": {"p12": joined}}, refreshInterval="1s"
    )

    async def pushed_again() -> bool | None:
        status = PushSecretStatus.read(await stage.client.get(PUSH_SECRETS, named, msgspec.json.decode))
        return True if status.synced_resource_version.startswith("2-") else None

    await looking.until(pushed_again, seconds=PATIENCE, what="a second push")
    assert len(vault(stage).certificates.live["seven-web"].versions) == 1, "another salt is no other certificate"


async def test_what_changed_while_no_operator_ran_is_pushed_when_one_does(stage: Stage) -> None:
    await stage.prepare("eight")
    await secret(stage, "eight", {"k": b"before"})
    key = await push(stage, "eight", data=[entry("k", "eight-k")], refreshInterval="24h")
    await told(stage, key, "Synced")
    await stage.operator.stop()
    await secret(stage, "eight", {"k": b"after"})
    await stage.operator.start()
    await holding(stage, "eight-k", "after")


async def test_a_template_in_a_config_map_is_followed(stage: Stage) -> None:
    await stage.prepare("nine")
    await secret(stage, "nine", {"k": b"v"})
    await stage.apply("v1", "ConfigMap", "nine", "templates", data={"url": "https://{{ .k }}"})
    source = {"templateFrom": [{"configMap": {"name": "templates", "items": [{"key": "url"}]}}]}
    await push(stage, "nine", data=[entry("url", "nine-url")], template=source, refreshInterval="24h")
    await holding(stage, "nine-url", "https://v")
    await stage.apply("v1", "ConfigMap", "nine", "templates", data={"url": "http://{{ .k }}"})
    await holding(stage, "nine-url", "http://v")


async def test_a_store_of_the_cluster_is_written_to_as_the_namespace_s_own_account(stage: Stage) -> None:
    await stage.prepare("ten")
    await secret(stage, "ten", {"k": b"v"})
    azure = {
        "authType": "WorkloadIdentity",
        "tenantId": TENANT,
        "vaultUrl": "https://kv-stage.vault.azure.net",
        "serviceAccountRef": {"name": "reader"},
    }
    spec = {"provider": {"azurekv": azure}}
    await stage.apply("external-secrets.io/v1", "ClusterSecretStore", "", "shared", spec=spec)
    refs = [{"name": stage.named("shared"), "kind": "ClusterSecretStore"}]
    key = await push(stage, "ten", secretStoreRefs=refs, data=[entry("k", "ten-k")])
    status = await told(stage, key, "Synced")
    assert set(status.synced) == {f"ClusterSecretStore/{stage.named('shared')}"}
    assert vault(stage).secrets.live["ten-k"].latest.value == "v"


async def test_who_may_not_write_is_told_the_role(stage: Stage) -> None:
    await stage.prepare("eleven", account={"annotations": {"azure.workload.identity/client-id": NOBODY}})
    await stage.apply(
        "v1",
        "ServiceAccount",
        "eleven",
        "nobody",
        metadata={"annotations": {"azure.workload.identity/client-id": NOBODY}},
    )
    await stage.put_store("eleven", serviceAccountRef={"name": "nobody"})
    await secret(stage, "eleven", {"k": b"v"})
    key = await push(stage, "eleven", data=[entry("k", "eleven-k")], deletionPolicy="None")
    await told(stage, key, "Errored", "Key Vault Secrets Officer", NOBODY)


async def test_a_namespace_that_goes_takes_what_it_pushed_along(stage: Stage) -> None:
    """The ServiceAccount goes first; the PushSecret still deletes what it pushed, and holds nobody up."""
    await stage.prepare("twelve")
    await secret(stage, "twelve", {"k": b"v"})
    key = await push(stage, "twelve", data=[entry("k", "twelve-k")])
    await told(stage, key, "Synced")
    await stage.client.delete(NAMESPACES, Key(name=stage.named("twelve")))
    await gone(stage, "twelve-k")

    async def look() -> bool | None:
        pages = stage.client.list(NAMESPACES)
        names = [msgspec.json.decode(item)["metadata"]["name"] async for page in pages for item in page.items]
        return None if stage.named("twelve") in names else True

    await looking.until(look, seconds=PATIENCE, what="the end of the namespace")
