import pytest

from keyferry.lab.azure import seed
from keyferry.lab.azure.seed import places
from keyferry.lab.azure.seed.fields import Fields, SeedError
from tests.fakes import lab_azure

TENANTS = {tenant.id: tenant for tenant in seed.parse(lab_azure.document()).tenants}
ONE = {lab_azure.TENANT: TENANTS[lab_azure.TENANT]}


def test_the_only_tenant_need_not_be_named() -> None:
    assert places.tenant_of(Fields({}, ""), ONE).id == lab_azure.TENANT


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({}, id="two-and-none-is-named"),
        pytest.param({"tenantId": "00000000-0000-4000-8000-000000000000"}, id="not-declared"),
        pytest.param({"tenantId": "lab.example"}, id="no-guid"),
    ],
)
def test_refuses_a_tenant(document: dict[str, str]) -> None:
    with pytest.raises(SeedError) as refusal:
        places.tenant_of(Fields(document, "here"), TENANTS)
    assert refusal.value.path == "here.tenantId"


@pytest.mark.parametrize(
    ("document", "group"),
    [
        pytest.param({}, places.DEFAULT_RESOURCE_GROUP, id="default"),
        pytest.param({"resourceGroup": "rg-a"}, "rg-a", id="named"),
    ],
)
def test_a_group_is_in_the_subscription_of_the_tenant(document: dict[str, str], group: str) -> None:
    tenant = ONE[lab_azure.TENANT]
    expected = f"/subscriptions/{tenant.subscription_id}/resourceGroups/{group}"
    assert places.group_of(Fields(document, ""), tenant) == expected


def test_refuses_twins() -> None:
    places.refuse_twins("here", ["a", "b"])
    with pytest.raises(SeedError, match="declares a twice"):
        places.refuse_twins("here", ["a", "b", "a"])
