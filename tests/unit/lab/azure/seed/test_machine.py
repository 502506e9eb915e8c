from typing import Any

import pytest

from keyferry.lab.azure import seed
from keyferry.lab.azure.seed.fields import SeedError
from tests.fakes import lab_azure


def _parse(**machine: Any) -> seed.Seed:
    return seed.parse(lab_azure.document(machine=machine))


def test_without_a_word_it_has_no_identity() -> None:
    machine = seed.parse(lab_azure.document()).machine
    assert (machine.identities, machine.own) == ((), ())
    assert machine.resource_id.endswith("/providers/Microsoft.Compute/virtualMachines/keyferry-lab-node")


def test_lends_the_identities_that_it_names() -> None:
    parsed = _parse(identities=["READER"])
    assert parsed.machine.identities == (parsed.identities[0].resource_id,)


def test_its_own_identity_can_have_roles() -> None:
    parsed = seed.parse(
        lab_azure.document(
            machine={"name": "node-1", "systemAssigned": True, "tenantId": lab_azure.OTHER_TENANT},
            roleAssignments=[{"identity": "node-1", "role": "Key Vault Secrets User", "scope": "vaults/kv-one"}],
        )
    )
    (own,) = parsed.machine.own
    assert own.tenant_id == lab_azure.OTHER_TENANT
    assert parsed.role_assignments[0].principal_id == own.principal_id


@pytest.mark.parametrize(
    ("machine", "path"),
    [
        pytest.param({"identities": ["nobody"]}, "machine.identities", id="identity-not-declared"),
        pytest.param({"name": "a b"}, "machine.name", id="name"),
        pytest.param({"kind": "vm"}, "machine.kind", id="unknown-key"),
    ],
)
def test_refuses(machine: dict[str, Any], path: str) -> None:
    with pytest.raises(SeedError) as refusal:
        _parse(**machine)
    assert refusal.value.path == path
