"""Managed identities and federated credentials by the unmodified azure-mgmt-msi."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from azure.mgmt.msi import ManagedServiceIdentityClient
from azure.mgmt.msi.aio import ManagedServiceIdentityClient as AsyncManagedServiceIdentityClient
from azure.mgmt.msi.models import FederatedIdentityCredential, Identity, IdentityUpdate

from keyferry.lab.world.http import Request
from tests.fakes import arm_clients, lab_azure
from tests.fakes.azure_world import World


def _credential(subject: str, issuer: str = lab_azure.ISSUER) -> FederatedIdentityCredential:
    return FederatedIdentityCredential(issuer=issuer, subject=subject, audiences=[lab_azure.AUDIENCE])


def _ask(world: World) -> Request:
    """The reader asks for a token now: an instant before the credential changed would still be granted one."""
    return lab_azure.token_request(client_assertion=Path(world.token_file()).read_text().strip())


async def test_an_identity_comes_changes_and_goes(world: World) -> None:
    client: Any = arm_clients.blocking(world, ManagedServiceIdentityClient)

    def work() -> None:
        identities = client.user_assigned_identities
        made = identities.create_or_update("rg", "new-one", Identity(location="westeurope", tags={"team": "a"}))
        assert made.tenant_id == lab_azure.TENANT
        assert made.principal_id
        assert identities.get("RG", "NEW-one").client_id == made.client_id
        assert identities.update("rg", "new-one", IdentityUpdate(tags={"b": "c"})).tags == {"b": "c"}
        assert [each.name for each in identities.list_by_resource_group("rg")] == ["new-one", "officer", "reader"]
        assert len(list(identities.list_by_subscription())) == 4
        identities.delete("rg", "new-one")
        identities.delete("rg", "new-one")
        assert arm_clients.refused(lambda: identities.get("rg", "new-one")) == (404, "ResourceNotFound")

    await arm_clients.run(work)


async def test_federated_credentials_come_in_pages_and_count_at_once(world: World) -> None:
    client: Any = arm_clients.blocking(world, ManagedServiceIdentityClient)

    def work() -> None:
        credentials = client.federated_identity_credentials
        for number in range(19):
            credentials.create_or_update("rg", "reader", f"fic-{number:02}", _credential(f"system:{number}"))
        assert len(list(credentials.list("rg", "reader", top=6))) == 20
        assert arm_clients.refused(
            lambda: credentials.create_or_update("rg", "reader", "one-more", _credential("x"))
        ) == (400, "BadRequest")
        credentials.delete("rg", "reader", "fic-00")
        assert arm_clients.refused(lambda: credentials.get("rg", "reader", "fic-00")) == (404, "NotFound")
        changed = credentials.create_or_update("rg", "reader", "reader", _credential("system:nobody"))
        assert changed.subject == "system:nobody"

    await arm_clients.run(work)
    refused = lab_azure.drive(world.azure.handle(_ask(world), world.now()))
    assert refused.status in (400, 401)
    assert b"AADSTS70021" in refused.body


async def test_a_client_meets_a_claims_challenge(world: World) -> None:
    async with arm_clients.waiting(world, AsyncManagedServiceIdentityClient, enable_cae=True) as client:
        identities = client.user_assigned_identities
        before = await identities.get("rg", "reader")
        world.clock.advance(timedelta(seconds=5))
        world.azure.keyvault.revocations.revoke(world.now())
        world.clock.advance(timedelta(seconds=5))
        assert (await identities.get("rg", "reader")).client_id == before.client_id


async def test_the_same_by_awaiting(world: World) -> None:
    async with arm_clients.waiting(world, AsyncManagedServiceIdentityClient) as client:
        made = await client.user_assigned_identities.create_or_update("rg", "new-one", Identity(location="eastus"))
        await client.federated_identity_credentials.create_or_update("rg", made.name, "one", _credential("s"))
        listed = [each.name async for each in client.federated_identity_credentials.list("rg", made.name)]
        assert listed == ["one"]
