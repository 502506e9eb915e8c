"""The vendor's own certificate clients, async and blocking, against the lab's Key Vault."""

import asyncio
import base64
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.core.pipeline.transport import RequestsTransport
from azure.keyvault.certificates import (
    AdministratorContact,
    CertificateClient,
    CertificateContact,
    CertificatePolicy,
    CertificateProperties,
    KeyVaultCertificate,
    WellKnownIssuerNames,
)
from azure.keyvault.certificates.aio import CertificateClient as AsyncCertificateClient
from azure.keyvault.secrets import ContentType
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from tests.fakes import lab_azure, vault_administrator, vault_files
from tests.fakes.azure_world import QUICK, VAULT_URL, World

POLICY: dict[str, Any] = {"subject": "CN=app.example, O=Lab", "san_dns_names": ["app.example"], "key_type": "EC"}


def _policy(issuer: str = WellKnownIssuerNames.self, **changes: Any) -> CertificatePolicy:
    return CertificatePolicy(issuer_name=issuer, **{**POLICY, **changes})


def _properties(certificate: KeyVaultCertificate) -> CertificateProperties:
    assert certificate.properties is not None
    return certificate.properties


def _certificates(world: World, credential: Any) -> AsyncCertificateClient:
    return AsyncCertificateClient(VAULT_URL, credential, transport=world.transport(), **QUICK)


async def test_a_self_signed_certificate_s_life(world: World) -> None:
    async with vault_administrator.credential(world) as credential, _certificates(world, credential) as client:
        made = await client.create_certificate("site", _policy(), tags={"a": "b"})
        assert isinstance(made, KeyVaultCertificate)
        leaf = x509.load_der_x509_certificate(bytes(made.cer or b""))
        assert leaf.subject.rfc4514_string() == "CN=app.example,O=Lab"
        assert _properties(made).x509_thumbprint == leaf.fingerprint(hashes.SHA1())
        assert made.key_id == f"{VAULT_URL}/keys/site/{_properties(made).version}"
        assert made.secret_id == f"{VAULT_URL}/secrets/site/{_properties(made).version}"
        second = await client.create_certificate("site", _policy())
        assert isinstance(second, KeyVaultCertificate)
        assert len([each async for each in client.list_properties_of_certificate_versions("site")]) == 2
        assert [each.name async for each in client.list_properties_of_certificates()] == ["site"]
        updated = await client.update_certificate_properties("site", enabled=False)
        assert _properties(updated).enabled is False
        backup = await client.backup_certificate("site")
        await client.delete_certificate("site")
        with pytest.raises(ResourceNotFoundError):
            await client.get_certificate("site")
        assert [each.name async for each in client.list_deleted_certificates()] == ["site"]
        await client.recover_deleted_certificate("site")
        await client.delete_certificate("site")
        await client.purge_deleted_certificate("site")
        restored = await client.restore_certificate_backup(backup)
        assert _properties(restored).version == _properties(second).version


async def test_the_same_by_the_blocking_client(world: World) -> None:
    def live(client: CertificateClient) -> object:
        made = client.begin_create_certificate("site", _policy()).result()
        client.begin_delete_certificate("site").result()
        client.begin_recover_deleted_certificate("site").result()
        return made

    with vault_administrator.sync_credential(world) as credential:
        transport = RequestsTransport(connection_verify=world.ca_file)
        with CertificateClient(VAULT_URL, credential, transport=transport, **QUICK) as client:
            assert isinstance(await asyncio.to_thread(live, client), KeyVaultCertificate)


@pytest.mark.parametrize("content_type", ["application/x-pkcs12", "application/x-pem-file"])
async def test_its_secret_holds_key_and_certificate(world: World, content_type: str) -> None:
    async with vault_administrator.credential(world) as credential, _certificates(world, credential) as client:
        made = await client.create_certificate("site", _policy(content_type=content_type))
        assert isinstance(made, KeyVaultCertificate)
        async with world.secrets(credential) as secrets:
            secret = await secrets.get_secret("site")
            pem = await secrets.get_secret("site", out_content_type=ContentType.PEM)
            with pytest.raises(HttpResponseError) as refusal:
                await secrets.set_secret("site", "x")
    assert (secret.properties.version, secret.properties.content_type) == (_properties(made).version, content_type)
    assert (secret.properties.managed, secret.properties.key_id) == (True, made.key_id)
    assert (pem.value or "").startswith("-----BEGIN PRIVATE KEY-----")
    assert refusal.value.status_code == 403
    if content_type == "application/x-pkcs12":
        held = pkcs12.load_pkcs12(base64.b64decode(secret.value or ""), None)
        assert held.key is not None
        assert held.cert is not None
        assert held.cert.certificate.public_bytes(Encoding.DER) == bytes(made.cer or b"")


async def test_an_unknown_issuer_gives_a_request_that_is_merged(world: World) -> None:
    async with vault_administrator.credential(world) as credential, _certificates(world, credential) as client:
        await client.create_certificate("site", _policy(WellKnownIssuerNames.unknown))
        operation = await client.get_certificate_operation("site")
        assert (operation.status, operation.issuer_name) == ("inProgress", "Unknown")
        signed = vault_files.signed(bytes(operation.csr or b""))
        merged = await client.merge_certificate("site", [signed])
        assert bytes(merged.cer or b"") == signed
        assert (await client.get_certificate_operation("site")).status == "completed"


async def test_a_request_is_cancelled_and_forgotten(world: World) -> None:
    async with vault_administrator.credential(world) as credential, _certificates(world, credential) as client:
        await client.create_certificate("site", _policy(WellKnownIssuerNames.unknown))
        assert (await client.cancel_certificate_operation("site")).cancellation_requested
        assert (await client.get_certificate_operation("site")).status == "cancelled"
        await client.delete_certificate_operation("site")
        with pytest.raises(ResourceNotFoundError):
            await client.get_certificate_operation("site")


@pytest.mark.parametrize("content_type", ["application/x-pkcs12", "application/x-pem-file"])
async def test_an_imported_certificate_is_that_certificate(world: World, content_type: str) -> None:
    is_pem = content_type == vault_files.PEM
    content = vault_files.pem_file() if is_pem else vault_files.pkcs12_file()
    async with vault_administrator.credential(world) as credential, _certificates(world, credential) as client:
        policy = CertificatePolicy(content_type=content_type)
        brought = await client.import_certificate("site", content, policy=policy)
        assert bytes(brought.cer or b"") == vault_files.leaf().public_bytes(Encoding.DER)
        assert brought.policy is not None
        assert brought.policy.subject == "CN=brought.example"


async def test_policies_contacts_and_issuers(world: World) -> None:
    async with vault_administrator.credential(world) as credential, _certificates(world, credential) as client:
        await client.create_issuer(
            "ca",
            "Test",
            account_id="me",
            password="pa55",
            admin_contacts=[AdministratorContact(first_name="A", email="a@b.example")],
        )
        assert (await client.get_issuer("ca")).account_id == "me"
        assert (await client.update_issuer("ca", enabled=False)).enabled is False
        with pytest.raises(HttpResponseError, match=r"policy\.issuer\.name"):
            await client.create_certificate("site", _policy("ca"))
        await client.update_issuer("ca", enabled=True)
        assert [each.name async for each in client.list_properties_of_issuers()] == ["ca"]
        made = await client.create_certificate("site", _policy("ca", content_type="application/x-pem-file"))
        assert isinstance(made, KeyVaultCertificate)
        async with world.secrets(credential) as secrets:
            chain = ((await secrets.get_secret("site")).value or "").count("BEGIN CERTIFICATE")
        assert chain == 2
        await client.delete_issuer("ca")
        policy = await client.get_certificate_policy("site")
        assert (policy.issuer_name, policy.san_dns_names) == ("ca", ["app.example"])
        await client.update_certificate_policy("site", _policy(validity_in_months=3))
        assert (await client.get_certificate_policy("site")).validity_in_months == 3
        await client.set_contacts([CertificateContact(email="a@b.example", name="A")])
        assert [each.email for each in await client.get_contacts()] == ["a@b.example"]
        await client.delete_contacts()
        with pytest.raises(ResourceNotFoundError):
            await client.get_contacts()


async def test_it_is_renewed_as_time_goes_on(world: World) -> None:
    async with vault_administrator.credential(world) as credential, _certificates(world, credential) as client:
        first = await client.create_certificate("site", _policy(validity_in_months=12))
        assert isinstance(first, KeyVaultCertificate)
    world.clock.advance(lab_azure.later(days=300) - lab_azure.NOW)
    async with vault_administrator.credential(world) as credential, _certificates(world, credential) as client:
        renewed = await client.get_certificate("site")
        async with world.secrets(credential) as secrets:
            secret = await secrets.get_secret("site")
    assert _properties(renewed).version != _properties(first).version
    assert secret.properties.version == _properties(renewed).version
