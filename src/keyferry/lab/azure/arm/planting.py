"""ARM's own state as a seed declares it: a resource group for every resource, and what the seed says of ARM."""

from keyferry.lab.azure.arm.state import ArmState, ResourceGroup
from keyferry.lab.azure.seed.declaration import Seed


def plant(seed: Seed) -> ArmState:
    """Return the state of a lab that starts."""
    state = ArmState()
    for resource_id, location in (
        *((each.resource_id, each.location) for each in seed.vaults),
        *((each.resource_id, each.location) for each in seed.identities),
    ):
        _add_group(state, resource_id, location)
    return state


def _add_group(state: ArmState, resource_id: str, location: str) -> None:
    """A group exists where something is in it, and is where the first of them is."""
    group_id = resource_id.partition("/providers/")[0]
    group = ResourceGroup(id=group_id, name=group_id.rpartition("/")[2], location=location)
    state.groups.setdefault(group_id.lower(), group)
