import pytest

from keyferry.lab.azure.arm import inventory
from keyferry.lab.azure.arm.answers import RefusedError
from keyferry.lab.azure.arm.routing import Estate
from keyferry.lab.azure.arm.state import Cluster
from tests.fakes import lab_arm, lab_azure


def _estate() -> Estate:
    world = lab_arm.world()
    cluster = Cluster(id=f"{lab_arm.CLUSTERS}/aks", name="aks", location="westeurope", tenant_id=lab_azure.TENANT)
    world.resources.clusters[cluster.id.lower()] = cluster
    return Estate(
        directory=world.directory,
        assignments=world.assignments,
        vaults=world.vaults,
        grid=world.grid,
        state=world.resources,
        sources=lab_azure.sources(),
    )


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        pytest.param("", True, id="the-root"),
        pytest.param(lab_arm.ROOT, True, id="a-subscription"),
        pytest.param(lab_arm.GROUP.upper(), True, id="a-group"),
        pytest.param(f"{lab_arm.ROOT}/resourceGroups/none", False, id="no-group"),
        pytest.param(f"{lab_arm.VAULTS}/kv-one", True, id="a-vault"),
        pytest.param(f"{lab_arm.VAULTS}/kv-one/secrets/x", True, id="a-secret"),
        pytest.param(f"{lab_arm.VAULTS}/none", False, id="no-vault"),
        pytest.param(f"{lab_arm.IDENTITIES}/reader", True, id="an-identity"),
        pytest.param(f"{lab_arm.CLUSTERS}/aks", True, id="a-cluster"),
        pytest.param("/moon", False, id="nothing"),
    ],
)
def test_scopes_exist_or_not(scope: str, expected: bool) -> None:
    assert inventory.exists(_estate(), scope) is expected


def test_what_is_missing_is_told() -> None:
    estate = _estate()
    inventory.demand(estate, lab_arm.GROUP)
    for scope, code in (
        (f"{lab_arm.VAULTS}/none", "ResourceNotFound"),
        (f"{lab_arm.ROOT}/resourceGroups/none", "ResourceGroupNotFound"),
        (f"{lab_arm.VAULTS}/kv-one".replace("/rg/", "/none/"), "ResourceGroupNotFound"),
        ("/moon", "ResourceNotFound"),
    ):
        with pytest.raises(RefusedError) as refusal:
            inventory.demand(estate, scope)
        assert (refusal.value.status, refusal.value.code) == (404, code)


def test_a_group_takes_all_with_it() -> None:
    estate = _estate()
    inventory.remove_group(estate, lab_arm.GROUP, lab_azure.NOW)
    assert list(inventory.resources(estate, lab_arm.GROUP)) == []
    assert estate.state.clusters == {}
    assert estate.assignments.within(lab_arm.GROUP) == ()
    assert estate.vaults.deleted_by_name("kv-one", lab_azure.NOW) is not None
    assert estate.directory.knows_principal(lab_azure.READER, lab_azure.NOW) is False
