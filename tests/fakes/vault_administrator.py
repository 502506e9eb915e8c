"""Somebody who may do everything in the vaults of a world that runs on sockets."""

from typing import Any

from azure.identity import WorkloadIdentityCredential
from azure.identity.aio import WorkloadIdentityCredential as AsyncWorkloadIdentityCredential

from keyferry.lab.azure import roles
from keyferry.lab.azure.assignments import Assignment
from tests.fakes import lab_azure
from tests.fakes.azure_world import World

_ID = "30000000-0000-4000-8000-000000000003"


def credential(world: World) -> AsyncWorkloadIdentityCredential:
    """The officer's credential, with the role that allows everything."""
    return world.credential(world.officer_token(), **_made(world))


def sync_credential(world: World) -> WorkloadIdentityCredential:
    """The same, for callers that block."""
    return world.sync_credential(world.officer_token(), **_made(world))


def _made(world: World) -> dict[str, Any]:
    officer = next(each for each in world.azure.directory.identities if each.name == "officer")
    role = roles.find("Key Vault Administrator")
    assert role is not None
    scope = officer.resource_id.partition("/providers/")[0]
    world.azure.assignments.put(Assignment(id=_ID, scope=scope, role_id=role.id, principal_id=officer.principal_id))
    return {"client_id": lab_azure.OFFICER}
