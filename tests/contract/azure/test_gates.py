"""A vault's gates as the vendor's own client meets them: challenge, revocation, network, policies, roles, limits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceNotFoundError,
    ServiceResponseError,
)
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.keyvault.secrets.aio import SecretClient

from keyferry.lab.azure import roles
from keyferry.lab.azure.assignments import Assignment
from keyferry.lab.azure.keyvault.objects import Objects
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.azure.vault_settings import AccessPolicy, NetworkRules
from tests.fakes import azure_world, lab_azure
from tests.fakes.azure_world import World

OFFICER = {"client_id": lab_azure.OFFICER}
FRESH_URL = "https://kv-fresh.vault.azure.net"


def _inner_code(error: HttpResponseError) -> str:
    assert error.error is not None
    return str(error.error.innererror["code"]) if error.error.innererror else ""


def _vault(world: World, name: str = "kv-one") -> Vault:
    vault = world.azure.vaults.by_name(name)
    assert vault is not None
    return vault


def _fresh(world: World) -> Vault:
    """A vault made while the lab runs, whose challenge no client has met yet."""
    one = _vault(world)
    fresh = replace(
        one,
        name="kv-fresh",
        resource_id=one.resource_id.replace("kv-one", "kv-fresh"),
        objects=Objects(retention_days=90),
        created=None,
    )
    world.azure.vaults.create(fresh, world.now())
    return fresh


def _assign(world: World, role_name: str, scope: str, principal: int = 0) -> str:
    role = roles.find(role_name)
    assert role is not None
    principal_id = world.azure.directory.identities[principal].principal_id
    assignment = Assignment(id=f"made-{len(scope)}", scope=scope, role_id=role.id, principal_id=principal_id)
    world.azure.assignments.put(assignment, world.now())
    return assignment.id


@asynccontextmanager
async def _reader(world: World, url: str = azure_world.VAULT_URL) -> AsyncIterator[SecretClient]:
    async with world.credential() as credential, world.secrets(credential, url) as client:
        yield client


async def test_the_challenge_of_a_write_writes_nothing(world: World) -> None:
    fresh = _fresh(world)
    _assign(world, "Key Vault Secrets Officer", fresh.resource_id)
    seen = []
    world.azure.audit.on_record(lambda record: seen.append((record.operation, record.status, record.vault)))
    async with _reader(world, FRESH_URL) as client:
        await client.set_secret("once", "value")
        assert len([each async for each in client.list_properties_of_secret_versions("once")]) == 1
    assert seen == [
        ("Authentication", 401, "kv-fresh"),
        ("SecretSet", 200, "kv-fresh"),
        ("SecretListVersions", 200, "kv-fresh"),
    ]


async def test_a_deleted_vault_is_away_and_comes_back_without_its_roles(world: World) -> None:
    vault = _vault(world)
    async with _reader(world) as client:
        assert (await client.get_secret("db-password")).value == "first"
        deleted = world.azure.vaults.delete(vault, world.now())
        with pytest.raises((ServiceResponseError, ResourceNotFoundError)):  # its address is gone, once connections are
            await client.get_secret("db-password")
        world.azure.vaults.recover(deleted)
        with pytest.raises(HttpResponseError) as refusal:
            await client.get_secret("db-password")
    assert _inner_code(refusal.value) == "ForbiddenByRbac"


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        pytest.param(("127.0.0.0/8",), "", id="known"),
        pytest.param(("203.0.113.0/24",), "ForbiddenByFirewall", id="unknown"),
    ],
)
async def test_the_firewall_knows_addresses(world: World, rules: tuple[str, ...], code: str) -> None:
    _vault(world).network = NetworkRules(default_action="Deny", ip_rules=rules)
    async with _reader(world) as client:
        if not code:
            assert (await client.get_secret("db-password")).value == "first"
            return
        with pytest.raises(HttpResponseError, match=r"Client address: 127\.0\.0\.1") as refusal:
            await client.get_secret("db-password")
    assert (refusal.value.status_code, _inner_code(refusal.value)) == (403, code)


async def test_without_public_access_nobody_comes_in(world: World) -> None:
    _vault(world).public_network_access = False
    async with _reader(world) as client:
        with pytest.raises(HttpResponseError) as refusal:
            await client.get_secret("db-password")
    assert (refusal.value.status_code, _inner_code(refusal.value)) == (403, "ForbiddenByConnection")


async def test_access_policies_decide_where_roles_do_not(world: World) -> None:
    vault, reader = _vault(world), world.azure.directory.identities[0]
    vault.rbac = False
    async with _reader(world) as client:
        with pytest.raises(HttpResponseError, match="does not have secrets get permission") as refusal:
            await client.get_secret("db-password")
        assert (refusal.value.status_code, _inner_code(refusal.value)) == (403, "AccessDenied")
        vault.access_policies = (
            AccessPolicy(tenant_id=vault.tenant_id, object_id=reader.principal_id, secrets=("Get", "List")),
        )
        assert (await client.get_secret("db-password")).value == "first"
        assert len([each async for each in client.list_properties_of_secrets()]) == 4
        with pytest.raises(HttpResponseError, match="secrets set permission"):
            await client.set_secret("new", "x")


async def test_a_role_is_seen_and_lost_after_the_delay(world: World) -> None:
    fresh = _fresh(world)
    world.azure.assignments.delay = timedelta(minutes=2)
    assignment = _assign(world, "Key Vault Secrets User", fresh.resource_id)

    async def listed(client: SecretClient) -> str:
        try:
            return f"{len([each async for each in client.list_properties_of_secrets()])} secrets"
        except HttpResponseError as refusal:
            return _inner_code(refusal)

    async with _reader(world, FRESH_URL) as client:
        assert await listed(client) == "ForbiddenByRbac"
        world.clock.advance(timedelta(minutes=2))
        assert await listed(client) == "0 secrets"
        world.azure.assignments.delete(assignment, world.now())
        assert await listed(client) == "0 secrets"
        world.clock.advance(timedelta(minutes=2))
        assert await listed(client) == "ForbiddenByRbac"


async def test_a_role_on_one_secret_reads_it_and_lists_nothing(world: World) -> None:
    vault = _vault(world)
    world.azure.assignments.delete_within(vault.resource_id, world.now())
    _assign(world, "Key Vault Secrets User", f"{vault.resource_id}/secrets/db-password")
    async with _reader(world) as client:
        assert (await client.get_secret("db-password")).value == "first"
        assert len([each async for each in client.list_properties_of_secret_versions("db-password")]) == 1
        with pytest.raises(HttpResponseError) as refusal:
            await client.get_secret("versioned")
        assert _inner_code(refusal.value) == "ForbiddenByRbac"
        with pytest.raises(HttpResponseError, match="readMetadata/action") as refusal:
            assert [each async for each in client.list_properties_of_secrets()]
        assert _inner_code(refusal.value) == "ForbiddenByRbac"


class _Hurry(SansIOHTTPPolicy[HttpRequest, AsyncHttpResponse]):
    """Moves the lab's clock on after each 429, as if the client had waited long enough."""

    def __init__(self, world: World) -> None:
        self._world = world

    def on_response(
        self, request: PipelineRequest[HttpRequest], response: PipelineResponse[HttpRequest, AsyncHttpResponse]
    ) -> None:
        if response.http_response.status_code == 429:
            self._world.clock.advance(timedelta(seconds=10))


@pytest.mark.parametrize("told", ["no", "seconds"])
async def test_a_throttled_client_recovers(world: World, told: str) -> None:
    vault = _vault(world)
    vault.knobs = replace(vault.knobs, other_per_10s=2, retry_after="seconds" if told == "seconds" else "no")
    async with world.credential() as credential:
        client = SecretClient(
            azure_world.VAULT_URL,
            credential,
            transport=world.transport(),
            per_retry_policies=[_Hurry(world)],
            **azure_world.QUICK,
        )
        async with client:
            await client.get_secret("db-password")
            await client.get_secret("db-password")
            world.clock.advance(timedelta(seconds=9))  # a told wait is then of one second
            assert (await client.get_secret("db-password")).value == "first"
    statuses = [record.status for record in world.azure.audit if record.operation == "SecretGet"]
    assert statuses == [200, 200, 429, 200]


async def test_a_client_that_goes_on_too_fast_is_told_so(world: World) -> None:
    world.azure.keyvault.throttle(limit_percent=1)
    async with _reader(world) as client:
        for _ in range(40):
            await client.get_secret("db-password")
        with pytest.raises(HttpResponseError) as refusal:
            await client.get_secret("db-password")
    assert (refusal.value.status_code, refusal.value.error and refusal.value.error.code) == (429, "Throttled")


async def test_a_revoked_token_is_replaced_by_one_with_the_claims_that_were_asked_for(world: World) -> None:
    async with _reader(world) as client:
        await client.get_secret("db-password")
        world.clock.advance(timedelta(seconds=2))
        world.azure.keyvault.revocations.revoke(world.now(), vault="kv-one")
        assert (await client.get_secret("db-password")).value == "first"
        await client.get_secret("db-password")
    *_, first, refused, again, last = world.azure.audit
    assert [record.status for record in (first, refused, again, last)] == [200, 401, 200, 200]
    assert sum(count.number for count in world.azure.counts() if count.operation == "Token") == 2


async def test_another_principal_keeps_its_token(world: World) -> None:
    async with _reader(world) as client:
        await client.get_secret("db-password")
        world.clock.advance(timedelta(seconds=2))
        officer = world.azure.directory.identities[1].principal_id
        world.azure.keyvault.revocations.revoke(world.now(), principal_id=officer)
        await client.get_secret("db-password")
    assert sum(count.number for count in world.azure.counts() if count.operation == "Token") == 1


async def test_who_cannot_get_a_newer_token_is_told_in_the_service_s_words(world: World) -> None:
    async with _reader(world) as client:
        await client.get_secret("db-password")
        world.azure.keyvault.revocations.revoke(world.now() + timedelta(hours=1))
        with pytest.raises(ClientAuthenticationError, match="AKV10046"):
            await client.get_secret("db-password")
