from keyferry.lab.azure import seed
from keyferry.lab.azure.arm import planting
from tests.fakes import lab_arm, lab_azure


def test_every_resource_has_its_group() -> None:
    state = planting.plant(seed.parse(lab_azure.document()))
    assert lab_arm.GROUP.lower() in state.groups
    assert {group.name for group in state.groups.values()} == {"rg", "rg-keyferry-lab"}
    assert len(state.groups) == 3  # the default group of two tenants
