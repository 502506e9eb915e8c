"""The vendor's own credential against the lab's Entra: what it accepts, and each way in which it refuses."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError

from keyferry.lab.azure.clouds import CLOUDS, Cloud
from keyferry.lab.azure.seed.declaration import FederatedCredential
from keyferry.lab.world.faults import Fault, Kind, Rule, Service
from tests.fakes import azure_world, lab_azure
from tests.fakes.azure_world import World
from tests.fakes.lab_azure import ARM_SCOPE, VAULT_SCOPE


async def test_one_request_is_enough(world: World) -> None:
    async with world.credential() as credential:
        token = await credential.get_token(VAULT_SCOPE)
    assert token.expires_on - world.now().timestamp() > 3500
    assert [(count.operation, count.status, count.number) for count in world.azure.counts()] == [("Token", 200, 1)]


async def test_the_blocking_credential_gets_one_too(world: World) -> None:
    with world.sync_credential() as credential:
        token = await asyncio.to_thread(credential.get_token, ARM_SCOPE)
    assert token.token


@pytest.mark.parametrize(
    ("claims", "settings", "code"),
    [
        pytest.param({"iss": lab_azure.ISSUER[:-1]}, {}, 700211, id="issuer-without-its-slash"),
        pytest.param({"iss": "https://other.example/"}, {}, 700211, id="issuer"),
        pytest.param({"sub": "system:serviceaccount:apps:kv-reade"}, {}, 700213, id="subject"),
        pytest.param({"sub": "system:serviceaccount:apps:KV-reader"}, {}, 700213, id="subject-by-case-alone"),
        pytest.param({"aud": ["https://kubernetes.default.svc"]}, {}, 700212, id="audience"),
        pytest.param({"exp": 1}, {}, 700024, id="expired"),
        pytest.param({"nbf": 4102444800, "exp": 4102448400}, {}, 700024, id="not-yet-valid"),
        pytest.param({"key": "somebody"}, {}, 700027, id="key-not-published"),
        pytest.param({"header": {"alg": "HS256"}}, {}, 5002738, id="algorithm"),
        pytest.param({}, {"tenant_id": "00000000-0000-4000-8000-000000000000"}, 90002, id="unknown-tenant"),
        pytest.param({}, {"client_id": "00000000-0000-4000-8000-000000000000"}, 700016, id="unknown-client"),
        pytest.param({}, {"client_id": lab_azure.LONER}, 70025, id="no-federated-credential"),
        pytest.param({}, {"tenant_id": lab_azure.OTHER_TENANT}, 700016, id="client-of-another-tenant"),
        pytest.param({}, {"authority": "https://login.microsoftonline.us"}, 90002, id="tenant-of-another-cloud"),
    ],
)
async def test_refusals(world: World, claims: dict[str, Any], settings: dict[str, Any], code: int) -> None:
    algorithm = claims.get("header", {}).get("alg")
    path = world.token_file(**{name: value for name, value in claims.items() if name != "header"})
    if algorithm:
        world.resign(path, algorithm)
    async with world.credential(path, **settings) as credential:
        with pytest.raises(ClientAuthenticationError, match=f"AADSTS{code}:") as refusal:
            await credential.get_token(VAULT_SCOPE)
    response: Any = refusal.value.response
    assert response.headers["x-ms-request-id"]


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        pytest.param("https://vault.azure.net", 1002012, id="no-default"),
        pytest.param("https://graph.example/.default", 500011, id="unknown-resource"),
        pytest.param("https://vault.azure.cn/.default", 500011, id="resource-of-another-cloud"),
    ],
)
async def test_refused_scopes(world: World, scope: str, code: int) -> None:
    async with world.credential() as credential:
        with pytest.raises(ClientAuthenticationError, match=f"AADSTS{code}:"):
            await credential.get_token(scope)


async def test_the_answer_names_the_presented_subject_alone(world: World) -> None:
    async with world.credential(world.token_file(sub="system:serviceaccount:apps:typo")) as credential:
        with pytest.raises(ClientAuthenticationError) as refusal:
            await credential.get_token(VAULT_SCOPE)
    assert "system:serviceaccount:apps:typo" in str(refusal.value)
    assert lab_azure.READER_SUBJECT not in str(refusal.value)


async def test_an_issuer_that_does_not_publish_is_named(world: World) -> None:
    world.published.clear()
    async with world.credential() as credential:
        with pytest.raises(ClientAuthenticationError, match="AADSTS90061:"):
            await credential.get_token(VAULT_SCOPE)


async def test_an_issuer_that_is_down_is_named_and_forgotten_when_it_is_back(world: World) -> None:
    world.faults.put(Service.ISSUER, Rule(fault=Fault(kind=Kind.RESET)))
    async with world.credential() as credential:
        with pytest.raises(ClientAuthenticationError, match="AADSTS90061:"):
            await credential.get_token(VAULT_SCOPE)
        world.faults.clear()
        assert (await credential.get_token(VAULT_SCOPE)).token


async def test_a_rotated_key_is_found(world: World) -> None:
    async with world.credential() as credential:
        await credential.get_token(VAULT_SCOPE)
    world.published.update(lab_azure.issuer_answers(lab_azure.ISSUER, "issuer", "rotated"))
    world.clock.advance(lab_azure.later(seconds=5) - lab_azure.NOW)
    async with world.credential(world.token_file("rotated")) as credential:
        assert (await credential.get_token(VAULT_SCOPE)).token


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(
            Fault(kind=Kind.STATUS, status=429, retry_after=lab_azure.later(seconds=1) - lab_azure.NOW), id="429"
        ),
        pytest.param(Fault(kind=Kind.STATUS, status=503), id="503"),
        pytest.param(Fault(kind=Kind.RESET), id="reset"),
    ],
)
async def test_the_client_recovers_from_a_fault(world: World, fault: Fault) -> None:
    world.faults.put(Service.ENTRA, Rule(fault=fault, remaining=1))
    async with world.credential() as credential:
        assert (await credential.get_token(VAULT_SCOPE)).token
    assert world.faults.rules(world.now()) == ()


async def test_a_new_federated_credential_is_taken_after_a_while(world: World) -> None:
    """Clients are told to try again for up to two minutes."""
    directory = world.azure.directory
    directory.delays.federated_credential_seconds = 120
    loner = next(each for each in directory.identities if each.client_id == lab_azure.LONER)
    trust = FederatedCredential(
        name="new", issuer=lab_azure.ISSUER, subject=lab_azure.READER_SUBJECT, audience=lab_azure.AUDIENCE
    )
    directory.put_credential(loner, trust, world.now())
    async with world.credential(client_id=lab_azure.LONER) as credential:
        with pytest.raises(ClientAuthenticationError, match="AADSTS70021:"):
            await credential.get_token(VAULT_SCOPE)
        world.clock.advance(timedelta(seconds=120))
        assert (await credential.get_token(VAULT_SCOPE)).token


@pytest.mark.parametrize("cloud", [pytest.param(cloud, id=cloud.name) for cloud in CLOUDS])
async def test_each_cloud_has_its_own_hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cloud: Cloud) -> None:
    tenants = [{"id": lab_azure.TENANT, "cloud": cloud.name}, {"id": lab_azure.OTHER_TENANT}]
    async with azure_world.running(tmp_path, tenants=tenants) as (world, proxy):
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        authority = f"https://{cloud.authority_hosts[0]}"
        async with (
            world.credential(authority=authority) as credential,
            world.secrets(credential, f"https://kv-one.{cloud.vault_suffix}") as client,
        ):
            assert (await client.get_secret("db-password")).value == "first"
