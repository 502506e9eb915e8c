"""The vendor's clients against the lab's metadata service, which they find by a documented variable."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msal  # type: ignore[import-untyped]  # it has no types
import pytest
import requests
from azure.identity import CredentialUnavailableError, ManagedIdentityCredential
from azure.identity import aio as identity_aio

from keyferry.lab.serve.listener import Listener
from keyferry.lab.world.http import Request, Response
from tests.fakes import entra_clients, lab_azure
from tests.fakes.azure_world import QUICK, World
from tests.fakes.lab_azure import ARM_SCOPE, OFFICER, READER, VAULT_SCOPE


@pytest.fixture
async def machine(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A machine that may lend the reader and the officer; this process runs on it."""
    directory = world.azure.directory
    directory.machine.identities.extend(each.resource_id for each in directory.identities[:2])

    async def answer(request: Request) -> Response:
        return world.azure.imds.handle(request, world.now())

    listener = Listener(answer, world.now)
    await listener.open(context=None)
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", f"http://127.0.0.1:{listener.port}/")
    yield world
    await listener.close()


def _names(world: World, blocking: str = "") -> dict[str, dict[str, Any]]:
    officer = world.azure.directory.identities[1]
    return {
        "client-id": {"client_id": OFFICER},
        "resource-id": {"identity_config": {blocking or "msi_res_id": officer.resource_id}},
        "object-id": {"identity_config": {"object_id": officer.principal_id}},
    }


@pytest.mark.parametrize("name", ["client-id", "resource-id", "object-id"])
async def test_a_named_identity_is_lent(machine: World, name: str) -> None:
    tokens = machine.azure.tokens
    async with identity_aio.ManagedIdentityCredential(**_names(machine)[name], **QUICK) as credential:
        awaited = await credential.get_token(VAULT_SCOPE)
    assert tokens.verify(awaited.token, machine.now()).client_id == OFFICER

    def blocking() -> str:
        with ManagedIdentityCredential(**_names(machine, "resource_id")[name], **QUICK) as credential:
            return str(credential.get_token(ARM_SCOPE).token)

    token = await asyncio.to_thread(blocking)
    assert tokens.verify(token, machine.now()).audience == "https://management.azure.com"


async def test_the_only_identity_needs_no_name(machine: World) -> None:
    machine.azure.directory.machine.identities.pop()
    async with identity_aio.ManagedIdentityCredential(**QUICK) as credential:
        token = await credential.get_token(VAULT_SCOPE)
    assert machine.azure.tokens.verify(token.token, machine.now()).client_id == READER
    assert token.expires_on - machine.now().timestamp() > 3500


async def test_a_secret_is_read_with_a_lent_token(machine: World) -> None:
    async with (
        identity_aio.ManagedIdentityCredential(client_id=READER, **QUICK) as credential,
        machine.secrets(credential) as client,
    ):
        assert (await client.get_secret("db-password")).value == "first"


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        pytest.param({}, "Multiple user assigned identities exist", id="none-of-several-named"),
        pytest.param({"client_id": lab_azure.LONER}, "Identity not found", id="not-assigned"),
    ],
)
async def test_refusals(machine: World, settings: dict[str, Any], text: str) -> None:
    async with identity_aio.ManagedIdentityCredential(**settings, **QUICK) as credential:
        with pytest.raises(CredentialUnavailableError, match=text):
            await credential.get_token(VAULT_SCOPE)


async def test_the_default_chain_reaches_it(machine: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")
    async with identity_aio.DefaultAzureCredential(managed_identity_client_id=READER, **QUICK) as credential:
        token = await credential.get_token(VAULT_SCOPE)
    assert machine.azure.tokens.verify(token.token, machine.now()).client_id == READER


async def test_msal_itself(machine: World) -> None:
    def ask(identity: Any, resource: str) -> dict[str, Any]:
        with requests.Session() as session:
            return dict(
                msal.ManagedIdentityClient(identity, http_client=session).acquire_token_for_client(resource=resource)
            )

    identity = msal.UserAssignedManagedIdentity(client_id=READER)
    granted = await asyncio.to_thread(ask, identity, "https://vault.azure.net")
    assert granted["expires_in"] > 3500
    refused = await asyncio.to_thread(ask, msal.SystemAssignedManagedIdentity(), "https://vault.azure.net")
    assert (refused["error"], "Multiple" in refused["error_description"]) == ("invalid_request", True)


async def test_a_lent_token_stands_for_an_application(machine: World) -> None:
    """An application that trusts a managed identity needs no secret either."""
    reader = machine.azure.directory.identities[0]
    trust = {
        "name": "machine",
        "issuer": f"https://login.microsoftonline.com/{lab_azure.TENANT}/v2.0",
        "subject": reader.principal_id,
    }
    entra_clients.registered(machine.azure, federatedCredentials=[trust])
    async with identity_aio.ManagedIdentityCredential(client_id=READER, **QUICK) as lent:
        token = (await lent.get_token("api://AzureADTokenExchange/.default")).token
    async with identity_aio.ClientAssertionCredential(
        lab_azure.TENANT, entra_clients.APPLICATION, lambda: token, transport=machine.transport(), **QUICK
    ) as credential:
        granted = (await credential.get_token(VAULT_SCOPE)).token
    assert machine.azure.tokens.verify(granted, machine.now()).client_id == entra_clients.APPLICATION
