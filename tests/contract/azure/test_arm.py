"""The lab's ARM by its real name through the proxy, with a token of the vendor's credential."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError

from tests.fakes import lab_azure
from tests.fakes.azure_world import World
from tests.fakes.lab_azure import ARM_SCOPE, VAULT_SCOPE

ARM = "https://management.azure.com"
USER = "4633458b-17de-408a-b874-0445c86b69e6"
NAME = "10000000-0000-4000-8000-000000000001"


@asynccontextmanager
async def _arm(world: World) -> AsyncIterator[aiohttp.ClientSession]:
    async with world.credential(world.officer_token(), client_id=lab_azure.OFFICER) as credential:
        token = await credential.get_token(ARM_SCOPE)
    trust = ssl.create_default_context(cafile=world.ca_file)
    headers = {"Authorization": f"Bearer {token.token}"}
    connector = aiohttp.TCPConnector(ssl=trust)
    async with aiohttp.ClientSession(ARM, headers=headers, connector=connector, trust_env=True) as session:
        yield session


def _credential(subject: str) -> dict[str, Any]:
    return {"properties": {"issuer": lab_azure.ISSUER, "subject": subject, "audiences": [lab_azure.AUDIENCE]}}


async def test_a_subject_broken_by_one_letter_is_refused_until_it_is_mended(world: World) -> None:
    path = f"{world.azure.directory.identities[0].resource_id}/federatedIdentityCredentials/reader"
    query = {"api-version": "2024-11-30"}
    async with _arm(world) as arm, world.credential() as credential:
        async with arm.put(path, params=query, json=_credential("system:serviceaccount:apps:kv-readex")) as answer:
            assert answer.status == 200
        with pytest.raises(ClientAuthenticationError, match="AADSTS700213:"):
            await credential.get_token(VAULT_SCOPE)
        async with arm.put(path, params=query, json=_credential(lab_azure.READER_SUBJECT)) as answer:
            assert answer.status == 200
        assert (await credential.get_token(VAULT_SCOPE)).token


async def test_a_role_assignment_opens_a_vault(world: World) -> None:
    reader = world.azure.directory.identities[0]
    group = reader.resource_id.partition("/providers")[0]
    path = (
        f"{group}/providers/Microsoft.KeyVault/vaults/kv-two/providers/Microsoft.Authorization/roleAssignments/{NAME}"
    )
    properties = {"roleDefinitionId": USER, "principalId": reader.principal_id, "principalType": "ServicePrincipal"}
    url = "https://kv-two.vault.azure.net"
    async with _arm(world) as arm, world.credential() as credential, world.secrets(credential, url) as client:
        with pytest.raises(HttpResponseError, match="DeniedWithNoValidRBAC"):
            await client.get_secret("alone")
        async with arm.put(path, params={"api-version": "2022-04-01"}, json={"properties": properties}) as answer:
            assert answer.status == 201
        assert len((await client.get_secret("alone")).value or "") == 20
