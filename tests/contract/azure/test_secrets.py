"""The vendor's own secret clients, async and blocking, against the lab's Key Vault."""

import asyncio
import ssl
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
    ServiceResponseError,
)
from azure.keyvault.secrets import SecretClient

from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.world.faults import Fault, Kind, Rule, Service
from tests.fakes import lab_azure, vault_administrator
from tests.fakes.azure_world import VAULT_URL, World
from tests.fakes.lab_azure import VAULT_SCOPE

OFFICER = {"client_id": lab_azure.OFFICER}


def _inner_code(error: HttpResponseError) -> str:
    assert error.error is not None
    return str(error.error.innererror["code"]) if error.error.innererror else ""


def _vault(world: World) -> Vault:
    found = world.azure.vaults.by_name("kv-one")
    assert found is not None
    return found


async def test_reads_share_one_token(world: World) -> None:
    async with world.credential() as credential, world.secrets(credential) as client:
        secret = await client.get_secret("db-password")
        await client.get_secret("db-password", secret.properties.version)
    assert secret.value == "first"
    assert (secret.properties.content_type, secret.properties.tags) == ("text/plain", {"team": "a"})
    assert secret.properties.expires_on is None
    operations = [(count.operation, count.status, count.number) for count in world.azure.counts()]
    assert ("SecretGet", 200, 2) in operations
    assert ("Token", 200, 1) in operations


async def test_a_secret_s_life(world: World) -> None:
    async with world.credential(world.officer_token(), **OFFICER) as credential, world.secrets(credential) as client:
        first = await client.set_secret("new", "one", tags={"a": "b"}, content_type="t")
        second = await client.set_secret("new", "two")
        assert first.properties.version != second.properties.version
        assert (await client.get_secret("new", first.properties.version or "")).value == "one"
        await client.update_secret_properties("new", enabled=False)
        with pytest.raises(HttpResponseError) as refusal:
            await client.get_secret("new")
        assert (refusal.value.status_code, _inner_code(refusal.value)) == (403, "SecretDisabled")
        await client.delete_secret("new")
        with pytest.raises(ResourceNotFoundError):
            await client.get_secret("new")
        with pytest.raises(ResourceExistsError) as conflict:
            await client.set_secret("new", "three")
        assert _inner_code(conflict.value) == "ObjectIsDeletedButRecoverable"
        assert [gone.name async for gone in client.list_deleted_secrets()] == ["new"]
        await client.recover_deleted_secret("new")
        assert len([each async for each in client.list_properties_of_secret_versions("new")]) == 2
        await client.delete_secret("new")
        await client.purge_deleted_secret("new")
        with pytest.raises(ResourceNotFoundError):
            await client.get_deleted_secret("new")


async def test_the_same_life_by_the_blocking_client(world: World) -> None:
    def live(client: SecretClient) -> list[str | None]:
        client.set_secret("new", "one")
        assert client.get_secret("new").value == "one"
        client.begin_delete_secret("new").result()
        client.begin_recover_deleted_secret("new").result()
        client.begin_delete_secret("new").result()
        client.purge_deleted_secret("new")
        return [each.name for each in client.list_properties_of_secrets()]

    with (
        world.sync_credential(world.officer_token(), **OFFICER) as credential,
        world.sync_secrets(credential) as client,
    ):
        assert "db-password" in await asyncio.to_thread(live, client)


async def test_sixty_secrets_come_in_three_pages(world: World) -> None:
    async with world.credential(world.officer_token(), **OFFICER) as credential, world.secrets(credential) as client:
        await asyncio.gather(*(client.set_secret(f"s-{number:02}", "x") for number in range(56)))
        pages = [[each.name async for each in page] async for page in client.list_properties_of_secrets().by_page()]
    assert [len(page) for page in pages] == [25, 25, 10]
    assert len({name for page in pages for name in page}) == 60


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        pytest.param("a_b", "x", 400, id="bad-name"),
        pytest.param("too-long", "x" * 25_601, 400, id="bad-value"),
        pytest.param("just-fits", "x" * 25_600, 200, id="good-value"),
    ],
)
async def test_limits(world: World, name: str, value: str, status: int) -> None:
    async with world.credential(world.officer_token(), **OFFICER) as credential, world.secrets(credential) as client:
        if status == 200:
            assert (await client.set_secret(name, value)).name == name
            return
        with pytest.raises(HttpResponseError) as refusal:
            await client.set_secret(name, value)
        assert (refusal.value.status_code, refusal.value.error and refusal.value.error.code) == (status, "BadParameter")


async def test_a_denied_caller_is_told_what_it_lacks(world: World) -> None:
    async with world.credential() as credential, world.secrets(credential) as client:
        with pytest.raises(HttpResponseError, match="setSecret/action") as refusal:
            await client.set_secret("new", "x")
    assert (refusal.value.status_code, _inner_code(refusal.value)) == (403, "ForbiddenByRbac")


async def test_a_vault_of_another_tenant_refuses_the_token(world: World) -> None:
    """The challenge names the other tenant; a credential that may go there is not known there."""
    url = "https://kv-far.vault.azure.net"
    async with (
        world.credential(additionally_allowed_tenants=["*"]) as credential,
        world.secrets(credential, url) as client,
    ):
        with pytest.raises(ClientAuthenticationError, match="AADSTS700016:"):
            await client.get_secret("any")


async def test_a_vault_that_does_not_exist_has_no_address(world: World) -> None:
    url = "https://kv-none.vault.azure.net"
    async with world.credential() as credential, world.secrets(credential, url) as client:
        with pytest.raises(ServiceResponseError, match="403"):  # the proxy's refusal of CONNECT
            await client.get_secret("any")


@pytest.mark.parametrize("retry_after", [pytest.param(None, id="unsaid"), pytest.param(1.0, id="retry-after")])
async def test_the_client_comes_back_after_429(world: World, retry_after: float | None) -> None:
    wait = None if retry_after is None else timedelta(seconds=retry_after)
    fault = Fault(kind=Kind.STATUS, status=429, retry_after=wait)
    async with world.credential() as credential, world.secrets(credential) as client:
        await client.get_secret("db-password")
        world.faults.put(Service.VAULT, Rule(fault=fault, remaining=1, path="/secrets/db-password"))
        started = asyncio.get_running_loop().time()
        assert (await client.get_secret("db-password")).value == "first"
    assert asyncio.get_running_loop().time() - started >= (retry_after or 0.0)
    assert any(count.status == 429 for count in world.azure.counts())


async def test_a_throttled_client_gives_up_with_the_service_s_words(world: World) -> None:
    world.faults.put(Service.VAULT, Rule(fault=Fault(kind=Kind.STATUS, status=429)))
    async with world.credential() as credential, world.secrets(credential) as client:
        with pytest.raises(HttpResponseError) as refusal:
            await client.get_secret("db-password")
    assert (refusal.value.status_code, refusal.value.error and refusal.value.error.code) == (429, "Throttled")


@pytest.mark.parametrize("kind", [pytest.param(Kind.RESET, id="reset"), pytest.param(Kind.STALL, id="stall")])
async def test_an_outage_ends_in_an_error_and_heals(world: World, kind: Kind) -> None:
    async with world.credential() as credential, world.secrets(credential) as client:
        await client.get_secret("db-password")
        world.faults.put(Service.VAULT, Rule(fault=Fault(kind=kind)))
        with pytest.raises(Exception, match=r"."):
            await client.get_secret("db-password", retry_total=0, read_timeout=0.2, timeout=1)
        world.faults.clear()
        assert (await client.get_secret("db-password")).value == "first"


async def test_every_request_is_audited_with_the_client_s_own_id(world: World) -> None:
    async with world.credential() as credential, world.secrets(credential) as client:
        await client.get_secret("db-password", headers={"x-ms-client-request-id": "mine"})
    *_, read = world.azure.audit  # a probe comes before it where the vendor's cache of challenges is cold
    assert (read.operation, read.status, read.caller_client_id) == ("SecretGet", 200, lab_azure.READER)
    assert read.correlation_id == "mine"
    assert read.client_info.startswith("azsdk-python-keyvault-secrets/")


async def test_a_latency_is_felt(world: World) -> None:
    async with world.credential() as credential, world.secrets(credential) as client:
        await client.get_secret("db-password")
        world.faults.put(Service.VAULT, Rule(fault=Fault(latency=timedelta(milliseconds=50))))
        started = asyncio.get_running_loop().time()
        await asyncio.gather(*(client.get_secret("db-password") for _ in range(5)))
    assert asyncio.get_running_loop().time() - started >= 0.05


async def test_fifty_cold_readers_share_the_token_by_the_time_it_is_there(world: World) -> None:
    async with world.credential() as credential, world.secrets(credential) as client:
        values = await asyncio.gather(*(client.get_secret("db-password") for _ in range(50)))
    assert {secret.value for secret in values} == {"first"}
    assert sum(record.operation == "Authentication" for record in world.azure.audit) <= 50


async def test_a_backup_is_restored_with_every_version(world: World) -> None:
    async with vault_administrator.credential(world) as credential, world.secrets(credential) as client:
        backup = await client.backup_secret("versioned")
        with pytest.raises(ResourceExistsError):
            await client.restore_secret_backup(backup)
        await client.delete_secret("versioned")
        await client.purge_deleted_secret("versioned")
        assert (await client.restore_secret_backup(backup)).name == "versioned"
        assert len([each async for each in client.list_properties_of_secret_versions("versioned")]) == 2


async def test_empty_pages_hide_nothing(world: World) -> None:
    _vault(world).knobs = replace(_vault(world).knobs, empty_pages=True)
    async with world.credential() as credential, world.secrets(credential) as client:
        names = [each.name async for each in client.list_properties_of_secrets(max_page_size=1)]
        pages = [[each async for each in page] async for page in client.list_properties_of_secrets().by_page()]
    assert names == ["db-password", "json-thing", "off", "versioned"]
    assert [len(page) for page in pages] == [0, 4]


async def test_the_client_waits_for_what_is_being_deleted_and_recovered(world: World) -> None:
    _vault(world).objects.deletion_seconds = 1
    async with vault_administrator.credential(world) as credential, world.secrets(credential) as client:
        assert (await client.delete_secret("off", _polling_interval=0.05)).name == "off"
        recovered = await client.recover_deleted_secret("off", _polling_interval=0.05)
        assert recovered.name == "off"
        assert "off" in [each.name async for each in client.list_properties_of_secrets()]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        pytest.param("HEAD", "/secrets/db-password", {}, 405, id="head"),
        pytest.param("POST", "/secrets/db-password", {}, 405, id="method"),
        pytest.param("GET", "/nothing/db-password", {}, 404, id="path"),
        pytest.param("PUT", "/secrets/new", {"Content-Type": "text/plain"}, 415, id="media-type"),
        pytest.param("PUT", "/secrets/new", {"Content-Type": "application/json"}, 400, id="no-json"),
    ],
)
async def test_what_is_no_request_to_a_vault(
    world: World, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    async with vault_administrator.credential(world) as credential:
        token = (await credential.get_token(VAULT_SCOPE)).token
    connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=world.ca_file))
    body: dict[str, Any] = {"data": "x"} if method == "PUT" else {}
    async with (
        aiohttp.ClientSession(VAULT_URL, connector=connector, trust_env=True) as session,
        session.request(
            method,
            path,
            params={"api-version": "7.6"},
            headers={"Authorization": f"Bearer {token}", **headers},
            **body,
        ) as response,
    ):
        assert response.status == status
