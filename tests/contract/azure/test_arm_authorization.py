"""Role assignments and definitions by the unmodified azure-mgmt-authorization."""

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.authorization.aio import AuthorizationManagementClient as AsyncAuthorizationManagementClient
from azure.mgmt.authorization.v2022_04_01.models import Permission, RoleAssignmentCreateParameters, RoleDefinition

from tests.fakes import arm_clients, lab_arm, lab_azure
from tests.fakes.azure_world import World

SCOPE = f"{lab_arm.VAULTS}/kv-two"
NAME = "10000000-0000-4000-8000-000000000001"
OTHER_NAME = "20000000-0000-4000-8000-000000000002"
ROLE = "30000000-0000-4000-8000-000000000003"


async def test_a_role_is_found_assigned_and_taken_away(world: World) -> None:
    client: Any = arm_clients.blocking(world, AuthorizationManagementClient)
    principal = world.azure.directory.identities[0].principal_id

    def assign() -> None:
        (role,) = client.role_definitions.list(SCOPE, filter="roleName eq 'Key Vault Secrets User'")
        parameters = RoleAssignmentCreateParameters(role_definition_id=role.id, principal_id=principal)
        by_default = arm_clients.refused(lambda: client.role_assignments.create(SCOPE, NAME, parameters))
        assert by_default == (400, "UnmatchedPrincipalType")  # the client says User where it is told nothing
        parameters.principal_type = None  # type: ignore[assignment]  # which sends none, as the service allows
        made = client.role_assignments.create(SCOPE, NAME, parameters)
        assert (made.scope, made.principal_type) == (SCOPE, "ServicePrincipal")
        twice = arm_clients.refused(lambda: client.role_assignments.create(SCOPE, OTHER_NAME, parameters))
        assert twice == (409, "RoleAssignmentExists")
        unknown = RoleAssignmentCreateParameters(role_definition_id=role.id, principal_id=OTHER_NAME)
        refused = arm_clients.refused(lambda: client.role_assignments.create(SCOPE, OTHER_NAME, unknown))
        assert refused == (400, "PrincipalNotFound")
        unknown.principal_type = "ServicePrincipal"
        client.role_assignments.create(SCOPE, OTHER_NAME, unknown)
        for listed in (
            client.role_assignments.list_for_scope(SCOPE, filter="atScope()"),
            client.role_assignments.list_for_subscription(filter=f"principalId eq '{principal}'"),
            client.role_assignments.list_for_resource_group("rg"),
            client.role_assignments.list_for_resource("rg", "Microsoft.KeyVault", "vaults", "kv-two"),
        ):
            assert NAME in [each.name for each in listed]
        assert client.role_assignments.get_by_id(made.id).principal_id == principal

    await arm_clients.run(assign)
    url = "https://kv-two.vault.azure.net"
    async with world.credential() as credential, world.secrets(credential, url) as secrets:
        assert len((await secrets.get_secret("alone")).value or "") == 20
        await arm_clients.run(lambda: client.role_assignments.delete(SCOPE, NAME))
        with pytest.raises(HttpResponseError, match="DeniedWithNoValidRBAC"):
            await secrets.get_secret("alone")


async def test_a_custom_role_comes_and_goes(world: World) -> None:
    client: Any = arm_clients.blocking(world, AuthorizationManagementClient)
    role = RoleDefinition(
        role_name="Counter",
        permissions=[Permission(data_actions=["Microsoft.KeyVault/vaults/secrets/readMetadata/action"])],
        assignable_scopes=[lab_arm.ROOT],
    )

    def work() -> None:
        made = client.role_definitions.create_or_update(lab_arm.ROOT, ROLE, role)
        assert (made.role_type, made.assignable_scopes) == ("CustomRole", [lab_arm.ROOT])
        assert client.role_definitions.get_by_id(made.id).role_name == "Counter"
        custom = client.role_definitions.list(SCOPE, filter="type eq 'CustomRole'")
        assert [each.name for each in custom] == [ROLE]
        client.role_definitions.delete(lab_arm.ROOT, ROLE)
        assert arm_clients.refused(lambda: client.role_definitions.get(lab_arm.ROOT, ROLE))[0] == 404

    await arm_clients.run(work)


async def test_the_same_by_awaiting(world: World) -> None:
    async with arm_clients.waiting(world, AsyncAuthorizationManagementClient) as client:
        names = [each.role_name async for each in client.role_definitions.list(lab_arm.GROUP)]
        assert "Key Vault Secrets User" in names
        listed = [each async for each in client.role_assignments.list_for_scope(SCOPE)]
        assert lab_azure.OFFICER in [each.name for each in listed]
