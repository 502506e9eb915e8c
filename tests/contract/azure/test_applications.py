"""Applications by the vendor's clients: secrets, certificates, assertions, environments; and MSAL on its own."""

import asyncio
import base64
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msal  # type: ignore[import-untyped]  # it has no types
import pytest
import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import (
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    DefaultAzureCredential,
)
from azure.identity import aio as identity_aio

from tests.fakes import entra_clients, lab_azure
from tests.fakes.azure_world import QUICK, World
from tests.fakes.entra_clients import APPLICATION, client_key
from tests.fakes.lab_azure import ARM_SCOPE, TENANT, VAULT_SCOPE

SECRET = "good/secret+1"
PUBLIC = {"public_certificate": client_key().pem}
WHO: dict[str, Any] = {"tenant_id": TENANT, "client_id": APPLICATION}


@pytest.fixture
def registered(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world with an application; programs trust it as users are told to make them."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", world.ca_file)
    federated = {"name": "one", "issuer": lab_azure.ISSUER, "subject": lab_azure.READER_SUBJECT}
    entra_clients.registered(world.azure, federatedCredentials=[federated])
    return world


def _claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(payload + "==")))


def _blocking(world: World, kind: Callable[..., Any], **settings: Any) -> dict[str, Any]:
    transport = RequestsTransport(connection_verify=world.ca_file)
    with kind(**WHO, **settings, transport=transport, **QUICK) as credential:
        return _claims(credential.get_token(VAULT_SCOPE).token)


async def _awaited(world: World, kind: Callable[..., Any], **settings: Any) -> dict[str, Any]:
    async with kind(**WHO, **settings, transport=world.transport(), **QUICK) as credential:
        return _claims((await credential.get_token(VAULT_SCOPE)).token)


def _proofs(folder: Path) -> dict[str, dict[str, Any]]:
    (folder / "app.pem").write_bytes(client_key().both_pem)
    (folder / "app.pfx").write_bytes(client_key().pfx)
    return {
        "secret": {"client_secret": SECRET},
        "pem": {"certificate_path": str(folder / "app.pem")},
        "pfx": {"certificate_path": str(folder / "app.pfx")},
        "bytes": {"certificate_data": client_key().both_pem},
        "chain": {"certificate_path": str(folder / "app.pem"), "send_certificate_chain": True},
    }


@pytest.mark.parametrize(
    ("proof", "method"),
    [("secret", "1"), ("pem", "2"), ("pfx", "2"), ("bytes", "2"), ("chain", "2")],
)
async def test_each_stored_credential_is_taken(registered: World, tmp_path: Path, proof: str, method: str) -> None:
    settings = _proofs(tmp_path)[proof]
    kinds = (
        (ClientSecretCredential, identity_aio.ClientSecretCredential)
        if proof == "secret"
        else (CertificateCredential, identity_aio.CertificateCredential)
    )
    blocking = await asyncio.to_thread(_blocking, registered, kinds[0], **settings)
    awaited = await _awaited(registered, kinds[1], **settings)
    for claims in (blocking, awaited):
        assert (claims["appid"], claims["appidacr"]) == (APPLICATION, method)
        assert "xms_mirid" not in claims


async def test_an_assertion_of_another_issuer_is_taken(registered: World) -> None:
    token = await asyncio.to_thread(Path(registered.token_file()).read_text)
    claims = await asyncio.to_thread(_blocking, registered, ClientAssertionCredential, func=lambda: token)
    assert claims["appid"] == APPLICATION
    claims = await _awaited(registered, identity_aio.ClientAssertionCredential, func=lambda: token)
    assert claims["appid"] == APPLICATION


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        pytest.param({"client_secret": "wrong"}, 7000215, id="secret"),
        pytest.param({"client_secret": SECRET, "client_id": lab_azure.READER}, 7000232, id="secret-of-an-identity"),
        pytest.param({"certificate_data": client_key("other").both_pem}, 700027, id="certificate"),
        pytest.param({"client_secret": SECRET, "tenant_id": lab_azure.OTHER_TENANT}, 700016, id="another-tenant"),
        pytest.param({"client_secret": SECRET, "tenant_id": "organizations"}, 50059, id="no-tenant"),
    ],
)
async def test_refusals(registered: World, settings: dict[str, Any], code: int) -> None:
    kind = identity_aio.ClientSecretCredential if "client_secret" in settings else identity_aio.CertificateCredential
    async with kind(**{**WHO, **settings}, transport=registered.transport(), **QUICK) as credential:
        with pytest.raises(ClientAuthenticationError, match=f"AADSTS{code}:"):
            await credential.get_token(VAULT_SCOPE)


async def test_an_expired_secret_is_told_from_a_wrong_one(registered: World) -> None:
    (application,) = registered.azure.directory.applications
    expired = entra_clients.application(secrets=[{"value": SECRET, "expires": "2020-01-01T00:00:00Z"}])
    registered.azure.directory.applications.clear()
    entra_clients.registered(registered.azure, **expired)
    assert application.client_id == APPLICATION
    async with identity_aio.ClientSecretCredential(
        **WHO, client_secret=SECRET, transport=registered.transport(), **QUICK
    ) as credential:
        with pytest.raises(ClientAuthenticationError, match="AADSTS7000222:"):
            await credential.get_token(VAULT_SCOPE)


async def test_a_client_that_can_meet_a_challenge_gets_a_long_token(registered: World) -> None:
    registered.azure.entra.token_endpoint.lifetimes.fixed_seconds = None
    async with identity_aio.ClientSecretCredential(
        **WHO, client_secret=SECRET, transport=registered.transport(), **QUICK
    ) as credential:
        long = await credential.get_token(VAULT_SCOPE, enable_cae=True)
        short = await credential.get_token(VAULT_SCOPE)
        challenge = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}'
        again = await credential.get_token(VAULT_SCOPE, enable_cae=True, claims=challenge)
    assert long.expires_on - registered.now().timestamp() > timedelta(hours=23).total_seconds()
    assert 3500 < short.expires_on - registered.now().timestamp() <= 5400
    assert _claims(long.token)["xms_cc"] == _claims(again.token)["xms_cc"] == ["CP1"]
    assert "xms_cc" not in _claims(short.token)
    assert again.token != long.token


@pytest.mark.parametrize(
    ("environment", "method"),
    [
        pytest.param({"AZURE_CLIENT_SECRET": SECRET}, "1", id="environment-with-secret"),
        pytest.param({"AZURE_CLIENT_CERTIFICATE_PATH": "app.pem"}, "2", id="environment-with-certificate"),
        pytest.param({"AZURE_FEDERATED_TOKEN_FILE": "token"}, "2", id="workload-identity"),
    ],
)
async def test_the_default_chain_finds_what_the_environment_says(
    registered: World, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], method: str
) -> None:
    (registered.folder / "app.pem").write_bytes(client_key().both_pem)
    registered.token_file()
    who = {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": APPLICATION}
    for name, value in (who | environment).items():
        monkeypatch.setenv(name, str(registered.folder / value) if name.endswith(("PATH", "FILE")) else value)
    async with identity_aio.DefaultAzureCredential(transport=registered.transport(), **QUICK) as credential:
        assert _claims((await credential.get_token(VAULT_SCOPE)).token)["appidacr"] == method

    def blocking() -> str:
        transport = RequestsTransport(connection_verify=registered.ca_file)
        with DefaultAzureCredential(transport=transport, **QUICK) as credential:
            return credential.get_token(ARM_SCOPE).token

    assert _claims(await asyncio.to_thread(blocking))["aud"] == "https://management.azure.com"


def _msal(credential: Any, authority: str, **settings: Any) -> dict[str, Any]:
    with requests.Session() as session:
        application = msal.ConfidentialClientApplication(
            APPLICATION, client_credential=credential, authority=authority, http_client=session, **settings
        )
        return dict(application.acquire_token_for_client([VAULT_SCOPE]))


@pytest.mark.parametrize(
    "credential",
    [
        pytest.param(SECRET, id="secret"),
        pytest.param({"private_key": client_key().private_pem, **PUBLIC}, id="sha256"),
        pytest.param(
            {
                "private_key": client_key().private_pem,
                "thumbprint": base64.urlsafe_b64decode(client_key().sha1 + "==").hex().upper(),
            },
            id="sha1",
        ),
    ],
)
@pytest.mark.parametrize("host", ["login.microsoftonline.com", "login.windows.net", "sts.windows.net"])
async def test_msal_itself(registered: World, credential: Any, host: str) -> None:
    authority = f"https://{host}/lab.example"
    result = await asyncio.to_thread(_msal, credential, authority, client_capabilities=["CP1"])
    assert result.get("error_description") is None
    assert _claims(result["access_token"])["xms_cc"] == ["CP1"]


@pytest.mark.parametrize("credential", [SECRET, {"private_key": client_key().private_pem, **PUBLIC}])
async def test_msal_in_a_region(registered: World, credential: Any) -> None:
    authority = f"https://login.microsoftonline.com/{TENANT}"
    result = await asyncio.to_thread(_msal, credential, authority, azure_region="westeurope")
    assert result.get("error_description") is None
    assert "westeurope.login.microsoft.com" in {count.where for count in registered.azure.counts()}


async def test_msal_asks_whether_an_authority_is_known(registered: World) -> None:
    with pytest.raises(ValueError, match="invalid_instance"):
        await asyncio.to_thread(_msal, SECRET, f"https://login.example/{TENANT}")
    assert {count.operation for count in registered.azure.counts()} == {"Discovery"}


async def test_msal_tells_an_unknown_tenant(registered: World) -> None:
    with pytest.raises(ValueError, match="tenant"):
        await asyncio.to_thread(_msal, SECRET, "https://login.microsoftonline.com/nowhere.example")
