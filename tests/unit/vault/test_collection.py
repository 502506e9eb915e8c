"""Secrets, certificates and keys as the vendor's clients bring them, from the lab's vault without sockets."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
import pytest
from azure.keyvault.secrets._shared import http_challenge_cache
from cryptography import x509

from keyferry.identity.credentials import Credentials
from keyferry.identity.http import Proxies, SharedTransport
from keyferry.identity.retry import BoundedRetry
from keyferry.lab.azure import seed
from keyferry.lab.azure.cloud import Azure
from keyferry.model.identity import ClientId, ServiceAccountRef, TenantId, WorkloadIdentity
from keyferry.model.secrets import ObjectKind, SecretName, SecretProperties, SecretRef, VaultUrl
from keyferry.vault.collection import Collection, open_collection
from keyferry.vault.forms import jwk, pem
from tests.fakes import lab_azure
from tests.fakes.lab_session import ClusterTokens, LabSession, VirtualClock

VAULT = VaultUrl("https://kv-one.vault.azure.net")
IDENTITY = WorkloadIdentity(
    tenant_id=TenantId(lab_azure.TENANT),
    client_id=ClientId(lab_azure.READER),
    service_account=ServiceAccountRef(namespace="apps", name="kv-reader"),
    authority_host="https://login.microsoftonline.com",
    audiences=(lab_azure.AUDIENCE,),
)


@dataclass
class Vault:
    """A vault of the lab, and the vendor's clients on their way to it."""

    options: dict[str, Any]
    credentials: Credentials

    def open(self, kind: ObjectKind) -> Collection:
        return open_collection(kind, VAULT, self.credentials.of(IDENTITY), self.options)


@pytest.fixture
async def vault() -> AsyncIterator[Vault]:
    http_challenge_cache.clear()  # the vendor keeps challenges for the whole process
    document = lab_azure.document()
    document["vaults"][0] |= {
        "keys": {"signing": {"kind": "P-256"}, "wrapping": {"kind": "RSA-2048"}},
        "certificates": {"web": {"subject": "CN=web.example"}},
    }
    document["roleAssignments"].append(
        {"identity": "reader", "role": "Key Vault Certificate User", "scope": "vaults/kv-one"}
    )
    clock = VirtualClock()
    azure = Azure(seed.parse(document), clock.now(), lab_azure.sources())
    session = cast("aiohttp.ClientSession", LabSession(azure, clock))
    credentials = Credentials(ClusterTokens(clock), session, clock)
    yield Vault({"transport": SharedTransport(session, Proxies({})), "retry_policy": BoundedRetry()}, credentials)
    await credentials.aclose()
    http_challenge_cache.clear()


def _ref(kind: ObjectKind, name: str) -> SecretRef:
    return SecretRef(vault_url=VAULT, name=SecretName(name), kind=kind)


async def _listed(collection: Collection) -> dict[str, SecretProperties]:
    return {entry.name: entry async for page in collection.pages({}) for entry in page}


async def test_a_secret_is_its_value(vault: Vault) -> None:
    secrets = vault.open(ObjectKind.SECRET)
    bundle = await secrets.get(_ref(ObjectKind.SECRET, "db-password"), {})
    assert bundle.value.reveal() == b"first"
    assert not bundle.properties.certificate_backed
    listed = await _listed(secrets)
    assert listed["db-password"].updated == bundle.properties.updated
    assert listed["db-password"].version == ""


async def test_a_certificate_is_its_public_part_and_its_secret_the_rest(vault: Vault) -> None:
    certificates = vault.open(ObjectKind.CERTIFICATE)
    bundle = await certificates.get(_ref(ObjectKind.CERTIFICATE, "web"), {})
    assert x509.load_der_x509_certificate(bundle.value.reveal()).subject.rfc4514_string() == "CN=web.example"
    backing = await vault.open(ObjectKind.SECRET).get(_ref(ObjectKind.SECRET, "web"), {})
    assert backing.properties.certificate_backed
    assert backing.properties.version == bundle.properties.version
    text = pem.of_backed_secret(backing.value, backing.properties.content_type).reveal()
    assert pem.of_certificate(bundle.value).reveal() in text
    assert list(await _listed(certificates)) == ["web"]


@pytest.mark.parametrize(
    ("name", "members"),
    [
        pytest.param("signing", ["kid", "kty", "key_ops", "crv", "x", "y"], id="elliptic"),
        pytest.param("wrapping", ["kid", "kty", "key_ops", "n", "e"], id="rsa"),
    ],
)
async def test_a_key_is_a_json_web_key_without_private_parts(vault: Vault, name: str, members: list[str]) -> None:
    keys = vault.open(ObjectKind.KEY)
    bundle = await keys.get(_ref(ObjectKind.KEY, name), {})
    assert list(json.loads(bundle.value.reveal())) == members
    assert jwk.public_pem(bundle.value).reveal().startswith(b"-----BEGIN PUBLIC KEY-----")
    assert {"signing", "wrapping"} <= set(await _listed(keys))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        pytest.param(ObjectKind.SECRET, "db-password", id="secret"),
        pytest.param(ObjectKind.CERTIFICATE, "web", id="certificate"),
        pytest.param(ObjectKind.KEY, "signing", id="key"),
    ],
)
async def test_the_versions_of_an_object_are_listed_with_their_ids(vault: Vault, kind: ObjectKind, name: str) -> None:
    collection = vault.open(kind)
    current = (await collection.get(_ref(kind, name), {})).properties
    listed = [entry async for page in collection.versions(name, {}) for entry in page]
    assert [(one.version, one.created, one.enabled) for one in listed] == [(current.version, current.created, True)]
