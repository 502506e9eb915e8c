from keyferry.lab.azure.arm.state import ArmState
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.persistence import codec
from tests.fakes import arm_requests, lab_arm, lab_azure

IDENTITY, FEDERATED, _, _, _, _, _, CLUSTER, BINDING, DIAGNOSTICS = arm_requests.RIGHT


def _lived_in() -> Azure:
    """A world in which everything that ARM remembers was made, and something deleted."""
    world = lab_arm.world(arm={"unregisteredProviders": ["Microsoft.EventGrid"], "purgeSeconds": 5})
    call = lab_arm.caller(world)
    for path, body in (
        (f"{lab_arm.IDENTITIES}/new-one", IDENTITY),
        (f"{lab_arm.IDENTITIES}/new-one/federatedIdentityCredentials/one", FEDERATED),
        (f"{lab_arm.CLUSTERS}/aks", CLUSTER),
        (f"{lab_arm.CLUSTERS}/aks/identityBindings/one", BINDING),
        (f"{lab_arm.GROUP}/providers/Microsoft.OperationalInsights/workspaces/logs", {"location": "westeurope"}),
        (f"{lab_arm.VAULTS}/kv-one/providers/Microsoft.Insights/diagnosticSettings/one", DIAGNOSTICS),
    ):
        assert call("PUT", path, body=body).status in (200, 201)
    call("DELETE", f"{lab_arm.IDENTITIES}/officer")
    call("DELETE", f"{lab_arm.ROOT}/resourceGroups/rg-keyferry-lab")
    return world


def test_two_states_share_nothing() -> None:
    one, other = ArmState(), ArmState()
    one.unregistered["a"] = True
    one.settings.purge_seconds = 5
    assert (other.unregistered, other.settings.purge_seconds) == ({}, 0)


def test_all_of_it_can_be_written_down() -> None:
    state = _lived_in().resources
    assert all(getattr(state, name) for name in ArmState.__slots__)
    assert codec.decode(codec.encode(state), ArmState) == state


def test_what_was_made_is_found_after_a_restart() -> None:
    before = _lived_in().resources
    world = lab_azure.azure()
    lab_arm.crown(world)
    for name in ArmState.__slots__:
        setattr(world.resources, name, getattr(before, name))
    answer = lab_arm.caller(world)("GET", f"{lab_arm.CLUSTERS}/aks")
    assert lab_azure.content(answer)["properties"]["oidcIssuerProfile"]["enabled"] is True
