"""Stories of more than one vault, of every kind of object and identity, and of what a pass costs."""

import base64
from copy import deepcopy
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from keyferry.cli import looking
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import EVENTS, SECRETS
from keyferry.lab.world.faults import Fault, Kind, Rule, Service
from keyferry.sync.kinds import EXTERNAL_SECRETS
from tests.fakes.patience import PATIENCE
from tests.scenario.stage import CANARY, SEED, TENANT, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIRST = "kv-stage.vault.azure.net"
SPARE = "kv-spare.vault.azure.net"
APPLICATION = "33333333-3333-4333-8333-333333333333"
MACHINE = "66666666-6666-4666-8666-666666666666"
MANY = 60


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The usual stage, a spare vault, an application with a secret, and a machine with an identity."""
    made = deepcopy(SEED)
    made["vaults"][0]["keys"] = {"signing": {"kind": "P-256"}}
    made["vaults"][0]["certificates"] = {"web": {"subject": "CN=web.example"}}
    made["vaults"][0]["secrets"] |= {f"many-{number:03}": {"random": 8} for number in range(MANY)}
    made["vaults"].append(
        {"name": "kv-spare", "tenantId": TENANT, "secrets": {"db-password": {"value": f"{CANARY}-spare"}}}
    )
    made["applications"] = [
        {
            "name": "legacy",
            "clientId": APPLICATION,
            "tenantId": TENANT,
            "secrets": [{"value": f"{CANARY}-of-the-application"}],
        }
    ]
    made["identities"].append({"name": "machine", "clientId": MACHINE, "tenantId": TENANT})
    made["machine"] = {"identities": ["machine"]}
    made["roleAssignments"] += [
        {"identity": "reader", "role": "Key Vault Secrets User", "scope": "vaults/kv-spare"},
        {"identity": "reader", "role": "Key Vault Certificate User", "scope": "vaults/kv-stage"},
        {"identity": "legacy", "role": "Key Vault Secrets User", "scope": "vaults/kv-stage"},
        {"identity": "machine", "role": "Key Vault Secrets User", "scope": "vaults/kv-stage"},
    ]
    return made


async def test_a_spare_vault_serves_while_the_first_is_down_and_never_deletes(stage: Stage) -> None:
    await stage.prepare("one")
    await _fall_back("one", stage)
    kept = await stage.put("one", "kept", refreshInterval="1s", data=_entry("api-key"), target=_deleting("kept"))
    await stage.holding(kept, PASSWORD=f"{CANARY}-api")
    stage.session.lab.faults.add(Service.VAULT, Rule(fault=Fault(kind=Kind.RESET), host=FIRST))
    try:
        key = await stage.put("one")
        await stage.holding(key, PASSWORD=f"{CANARY}-spare")
        told = await looking.until(lambda: _event(stage, key, "FallbackVault"), seconds=PATIENCE, what="the event")
        assert "db-password came from kv-spare, because kv-stage is unavailable" in told
        await stage.failing(kept, "nor did the fallback vaults help", "kv-spare: secret api-key does not exist")
        await stage.holding(kept, PASSWORD=f"{CANARY}-api")
    finally:
        stage.session.lab.faults.clear(Service.VAULT)
    await stage.holding(key, PASSWORD=f"{CANARY}-db")
    await stage.ready(kept)


async def test_certificates_and_keys_come_in_the_forms_of_external_secrets(stage: Stage) -> None:
    await stage.prepare("two")
    data = [
        {"secretKey": name, "remoteRef": {"key": key}}
        for name, key in (("web.der", "cert/web"), ("signing.jwk", "key/signing"), ("web.pfx", "secret/web"))
    ]
    key = await stage.put("two", data=data)
    await stage.ready(key)
    stored = await stage.client.get(SECRETS, key, msgspec.json.decode)
    values = {name: base64.b64decode(text) for name, text in stored["data"].items()}
    certificate = x509.load_der_x509_certificate(values["web.der"])
    assert certificate.subject.rfc4514_string() == "CN=web.example"
    bundle = pkcs12.load_pkcs12(base64.b64decode(values["web.pfx"]), b"")
    assert bundle.key is not None
    assert bundle.cert is not None
    assert bundle.cert.certificate == certificate
    assert set(msgspec.json.decode(values["signing.jwk"])) == {"kid", "kty", "key_ops", "crv", "x", "y"}


async def test_a_store_speaks_as_an_application_with_a_stored_secret(stage: Stage) -> None:
    await stage.prepare("three")
    text = base64.b64encode(f"{CANARY}-of-the-application".encode()).decode()
    client = base64.b64encode(APPLICATION.encode()).decode()
    await stage.apply("v1", "Secret", "three", "azure", data={"id": client, "secret": text})
    references = {
        "clientId": {"name": "azure", "key": "id"},
        "clientSecret": {"name": "azure", "key": "secret"},
    }
    await stage.put_store("three", authType="ServicePrincipal", serviceAccountRef=None, authSecretRef=references)
    key = await stage.put("three")
    await stage.holding(key, PASSWORD=f"{CANARY}-db")


async def test_a_store_speaks_as_the_machine(stage: Stage) -> None:
    await stage.prepare("four")
    await stage.put_store("four", authType="ManagedIdentity", serviceAccountRef=None, identityId=MACHINE)
    key = await stage.put("four")
    await stage.holding(key, PASSWORD=f"{CANARY}-db")


async def test_a_change_that_one_sees_wakes_all_whatever_their_interval(stage: Stage) -> None:
    await stage.prepare("five")
    slow = await stage.put("five", "slow", refreshInterval="24h", target={"name": "slow"})
    await stage.ready(slow)
    quick = await stage.put("five", "quick", refreshInterval="1s", target={"name": "quick"})
    await stage.ready(quick)
    await stage.rotate("db-password", f"{CANARY}-rotated")
    await stage.holding(slow, PASSWORD=f"{CANARY}-rotated")
    await stage.rotate("db-password", f"{CANARY}-db")
    await stage.holding(slow, PASSWORD=f"{CANARY}-db")


async def test_many_at_rest_cost_a_list_and_not_a_read_each(stage: Stage) -> None:
    await stage.prepare("six")
    keys = [
        await stage.put("six", f"many-{number:03}", refreshInterval="4s", data=_entry(f"many-{number:03}"))
        for number in range(MANY)
    ]
    for key in keys:
        await stage.ready(key)
    for _ in range(2):  # until every secret is settled, and one rhythm found
        await _refreshed(stage, keys[0])
    before = _gets(stage, "many")
    for _ in range(3):
        await _refreshed(stage, keys[0])
    assert _gets(stage, "many") - before <= MANY / 2, "reads alone would be three for each"


def _entry(name: str) -> list[dict[str, Any]]:
    return [{"secretKey": "PASSWORD", "remoteRef": {"key": name}}]


def _deleting(name: str) -> dict[str, Any]:
    return {"name": name, "deletionPolicy": "Delete"}


def _gets(stage: Stage, prefix: str) -> int:
    return sum(
        1
        for each in stage.session.lab.azure.audit
        if each.operation == "SecretGet" and f"/secrets/{prefix}" in each.object_id
    )


async def _fall_back(namespace: str, stage: Stage) -> None:
    azure = {
        "authType": "WorkloadIdentity",
        "tenantId": TENANT,
        "vaultUrl": f"https://{FIRST}",
        "serviceAccountRef": {"name": "reader"},
    }
    annotations = {"keyferry.io/fallback-vaults": f"https://{SPARE}"}
    metadata = {"annotations": annotations}
    spec = {"provider": {"azurekv": azure}}
    await stage.apply("external-secrets.io/v1", "SecretStore", namespace, "kv", metadata=metadata, spec=spec)


async def _event(stage: Stage, key: Key, reason: str) -> str | None:
    async for page in stage.client.list(EVENTS, namespace=key.namespace):
        for item in page.items:
            event = msgspec.json.decode(item)
            if event["reason"] == reason:
                return str(event["message"])
    return None


async def _refreshed(stage: Stage, key: Key) -> None:
    """Wait until the status tells a newer refresh."""

    async def told() -> str:
        found = await stage.client.get(EXTERNAL_SECRETS, key, msgspec.json.decode)
        return str(found["status"]["refreshTime"])

    before = await told()

    async def is_newer() -> bool | None:
        return await told() != before or None

    await looking.until(is_newer, seconds=PATIENCE, what=f"a refresh of {key}")
