"""The vendor's own key clients and cryptography clients, async and blocking, against the lab's Key Vault."""

import asyncio
import hashlib
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.core.pipeline.transport import RequestsTransport
from azure.keyvault.keys import KeyClient, KeyRotationLifetimeAction, KeyRotationPolicy, KeyRotationPolicyAction
from azure.keyvault.keys.aio import KeyClient as AsyncKeyClient
from azure.keyvault.keys.crypto import (
    CryptographyClient,
    EncryptionAlgorithm,
    KeyWrapAlgorithm,
    SignatureAlgorithm,
)
from azure.keyvault.keys.crypto.aio import CryptographyClient as AsyncCryptographyClient

from tests.fakes import lab_azure, vault_administrator, vault_files
from tests.fakes.azure_world import QUICK, VAULT_URL, World

DIGEST = hashlib.sha256(b"content").digest()


def _keys(world: World, credential: Any) -> AsyncKeyClient:
    return AsyncKeyClient(VAULT_URL, credential, transport=world.transport(), **QUICK)


def _crypto(world: World, credential: Any, key: Any) -> AsyncCryptographyClient:
    return AsyncCryptographyClient(key, credential, transport=world.transport(), **QUICK)


async def test_a_key_s_life(world: World) -> None:
    async with vault_administrator.credential(world) as credential, _keys(world, credential) as client:
        first = await client.create_ec_key("key", curve="P-256", tags={"a": "b"})
        second = await client.create_rsa_key("key", size=2048, key_operations=["sign", "verify"])
        assert (first.key_type, second.key_type) == ("EC", "RSA")
        assert second.key_operations == ["sign", "verify"]
        assert (await client.get_key("key", first.properties.version)).key.x == first.key.x  # type: ignore[attr-defined]  # the model sets it at run time
        assert len([each async for each in client.list_properties_of_key_versions("key")]) == 2
        assert [each.name async for each in client.list_properties_of_keys()] == ["key"]
        updated = await client.update_key_properties("key", enabled=False, tags={"c": "d"})
        assert (updated.properties.enabled, updated.properties.tags) == (False, {"c": "d"})
        backup = await client.backup_key("key")
        deleted = await client.delete_key("key")
        assert deleted.recovery_id == f"{VAULT_URL}/deletedkeys/key"
        with pytest.raises(ResourceExistsError):
            await client.create_ec_key("key")
        assert [each.name async for each in client.list_deleted_keys()] == ["key"]
        await client.recover_deleted_key("key")
        await client.delete_key("key")
        await client.purge_deleted_key("key")
        with pytest.raises(ResourceNotFoundError):
            await client.get_key("key")
        assert (await client.restore_key_backup(backup)).properties.version == second.properties.version


async def test_the_same_life_by_the_blocking_client(world: World) -> None:
    def live(client: KeyClient, credential: Any) -> bytes:
        key = client.create_rsa_key("key", size=2048)
        crypto = CryptographyClient(
            key, credential, transport=RequestsTransport(connection_verify=world.ca_file), **QUICK
        )
        sealed = crypto.encrypt(EncryptionAlgorithm.rsa_oaep_256, b"plain")
        opened = crypto.decrypt(EncryptionAlgorithm.rsa_oaep_256, sealed.ciphertext)
        client.begin_delete_key("key").result()
        client.begin_recover_deleted_key("key").result()
        return opened.plaintext

    with vault_administrator.sync_credential(world) as credential:
        transport = RequestsTransport(connection_verify=world.ca_file)
        with KeyClient(VAULT_URL, credential, transport=transport, **QUICK) as client:
            assert await asyncio.to_thread(live, client, credential) == b"plain"


@pytest.mark.parametrize(
    ("curve", "algorithm", "hash_name"),
    [
        pytest.param("P-256", SignatureAlgorithm.es256, "sha256", id="P-256"),
        pytest.param("P-256K", SignatureAlgorithm.es256_k, "sha256", id="P-256K"),
        pytest.param("P-384", SignatureAlgorithm.es384, "sha384", id="P-384"),
        pytest.param("P-521", SignatureAlgorithm.es512, "sha512", id="P-521"),
    ],
)
async def test_the_client_verifies_what_the_vault_signed(
    world: World, curve: str, algorithm: SignatureAlgorithm, hash_name: str
) -> None:
    digest = hashlib.new(hash_name, b"content").digest()
    async with vault_administrator.credential(world) as credential, _keys(world, credential) as client:
        key = await client.create_ec_key("key", curve=curve)
        async with _crypto(world, credential, key) as crypto:
            signed = await crypto.sign(algorithm, digest)
            assert signed.key_id == key.id
            assert (await crypto.verify(algorithm, digest, signed.signature)).is_valid
            assert not (await crypto.verify(algorithm, digest, bytes(len(signed.signature)))).is_valid


@pytest.mark.parametrize("algorithm", [SignatureAlgorithm.rs256, SignatureAlgorithm.ps256])
async def test_rsa_signatures_and_wrapped_keys(world: World, algorithm: SignatureAlgorithm) -> None:
    async with vault_administrator.credential(world) as credential, _keys(world, credential) as client:
        key = await client.create_rsa_key("key")
        async with _crypto(world, credential, key) as crypto:
            signed = await crypto.sign(algorithm, DIGEST)
            assert (await crypto.verify(algorithm, DIGEST, signed.signature)).is_valid
            wrapped = await crypto.wrap_key(KeyWrapAlgorithm.rsa_oaep, b"k" * 32)
            assert (await crypto.unwrap_key(KeyWrapAlgorithm.rsa_oaep, wrapped.encrypted_key)).key == b"k" * 32


async def test_a_disabled_key_signs_nothing(world: World) -> None:
    async with vault_administrator.credential(world) as credential, _keys(world, credential) as client:
        key = await client.create_ec_key("key", enabled=False)
        async with _crypto(world, credential, key.id) as crypto:
            with pytest.raises(HttpResponseError) as refusal:
                await crypto.sign(SignatureAlgorithm.es256, DIGEST)
    assert refusal.value.error is not None
    assert refusal.value.error.innererror is not None
    assert refusal.value.error.innererror["code"] == "KeyDisabled"


async def test_an_imported_key_is_used(world: World) -> None:
    async with vault_administrator.credential(world) as credential, _keys(world, credential) as client:
        made = await client.create_rsa_key("made")
        jwk = vault_files.web_key()
        imported = await client.import_key("brought", jwk, tags={"a": "b"})
        assert (imported.key.n, imported.properties.tags) == (jwk.n, {"a": "b"})  # type: ignore[attr-defined]  # as above
        assert made.id != imported.id


async def test_rotation_by_policy_and_on_demand(world: World) -> None:
    action = KeyRotationLifetimeAction(KeyRotationPolicyAction.rotate, time_after_create="P30D")
    async with vault_administrator.credential(world) as credential, _keys(world, credential) as client:
        await client.create_ec_key("key")
        unset = await client.get_key_rotation_policy("key")
        assert [each.action for each in unset.lifetime_actions] == [KeyRotationPolicyAction.notify]
        policy = await client.update_key_rotation_policy(
            "key", KeyRotationPolicy(), lifetime_actions=[action], expires_in="P90D"
        )
        assert policy.expires_in == "P90D"
        rotated = await client.rotate_key("key")
        assert rotated.properties.expires_on is not None
        world.clock.advance(lab_azure.later(days=30) - lab_azure.NOW)
    async with vault_administrator.credential(world) as credential, _keys(world, credential) as client:
        assert len([each async for each in client.list_properties_of_key_versions("key")]) == 3
