"""Without the proxy: names lead to the lab by a hosts file, and the addresses have the lab's own port."""

import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from azure.core.pipeline.transport import AioHttpTransport
from azure.identity.aio import WorkloadIdentityCredential
from azure.keyvault.keys.aio import KeyClient
from azure.keyvault.keys.crypto import SignatureAlgorithm
from azure.keyvault.keys.crypto.aio import CryptographyClient
from azure.keyvault.secrets.aio import SecretClient

from tests.fakes import azure_world, lab_azure
from tests.fakes.azure_world import QUICK, World

SECRETS = {f"secret-{number:02}": {"value": str(number)} for number in range(30)}
VAULTS = [{"name": "kv-one", "tenantId": lab_azure.TENANT, "resourceGroup": "rg", "secrets": SECRETS}]
ROLES = [
    {"identity": "reader", "role": "Key Vault Secrets User", "scope": "vaults/kv-one"},
    {"identity": "officer", "role": "Key Vault Crypto Officer", "scope": "vaults/kv-one"},
    {"identity": "officer", "role": "Key Vault Crypto User", "scope": "vaults/kv-one"},
]


class HostsFile(AbstractResolver):
    """Every name is this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0),
        ]

    async def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
async def direct(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[World, AioHttpTransport]]:
    """A lab, and a way to it without a proxy."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with azure_world.running(tmp_path, vaults=VAULTS, roleAssignments=ROLES) as (world, _proxy):
        session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=HostsFile()))
        async with session:
            yield world, AioHttpTransport(session=session, session_owner=False, connection_verify=world.ca_file)


async def test_the_vendors_client_reads_and_pages_at_another_port(direct: tuple[World, AioHttpTransport]) -> None:
    world, transport = direct
    credential = _credential(world, transport, lab_azure.READER, world.token_file())
    url = f"https://kv-one.vault.azure.net:{world.port}"
    client = SecretClient(url, credential, transport=transport, **QUICK)
    assert (await client.get_secret("secret-07")).value == "7"
    assert [each.name async for each in client.list_properties_of_secrets()] == sorted(SECRETS)


async def test_a_key_is_used_where_its_id_leads(direct: tuple[World, AioHttpTransport]) -> None:
    world, transport = direct
    credential = _credential(world, transport, lab_azure.OFFICER, world.officer_token())
    keys = KeyClient(f"https://kv-one.vault.azure.net:{world.port}", credential, transport=transport, **QUICK)
    key = await keys.create_ec_key("signer", curve="P-256")
    signed = await CryptographyClient(key, credential, transport=transport, **QUICK).sign(
        SignatureAlgorithm.es256, b"d" * 32
    )
    assert signed.key_id == key.id


def _credential(
    world: World, transport: AioHttpTransport, client_id: str, token_file: str
) -> WorkloadIdentityCredential:
    return WorkloadIdentityCredential(
        tenant_id=lab_azure.TENANT,
        client_id=client_id,
        token_file_path=token_file,
        authority=f"https://login.microsoftonline.com:{world.port}",
        transport=transport,
        **QUICK,
    )
