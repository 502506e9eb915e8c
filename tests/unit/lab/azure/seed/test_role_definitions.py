from typing import Any

import pytest

from keyferry.lab.azure import seed
from keyferry.lab.azure.seed.fields import SeedError
from tests.fakes import lab_azure
from tests.fakes.lab_azure import caller

ROTATOR = {"name": "Rotator", "dataActions": ["Microsoft.KeyVault/vaults/secrets/*"]}
ASSIGNED = [{"identity": "reader", "role": "rotator", "scope": "vaults/kv-one"}]


def _parse(*definitions: dict[str, Any]) -> seed.Seed:
    return seed.parse(lab_azure.document(roleDefinitions=list(definitions)))


def test_a_custom_role_is_assignable_in_all_subscriptions_unless_told() -> None:
    parsed = _parse(ROTATOR, {**ROTATOR, "name": "Else", "assignableScopes": ["/subscriptions/s"]})
    one, two = parsed.role_definitions
    assert one.assignable_scopes == tuple(f"/subscriptions/{tenant.subscription_id}" for tenant in parsed.tenants)
    assert (one.custom, two.assignable_scopes) == (True, ("/subscriptions/s",))


def test_a_custom_role_counts_at_vaults() -> None:
    narrowed = {**ROTATOR, "notDataActions": ["Microsoft.KeyVault/vaults/secrets/getSecret/action"]}
    call = caller(lab_azure.azure(roleDefinitions=[narrowed], roleAssignments=ASSIGNED))
    assert call("PUT", "/secrets/new", body={"value": "x"}).status == 200
    assert call("GET", "/secrets/new").status == 403


@pytest.mark.parametrize(
    ("definitions", "path"),
    [
        pytest.param([{**ROTATOR, "name": "owner"}], "roleDefinitions[0].name", id="a-built-in-name"),
        pytest.param([{"name": "Nothing"}], "roleDefinitions[0].dataActions", id="allows-nothing"),
        pytest.param([{**ROTATOR, "id": "one"}], "roleDefinitions[0].id", id="no-guid"),
        pytest.param([ROTATOR, {**ROTATOR, "name": "ROTATOR"}], "roleDefinitions", id="twins"),
    ],
)
def test_what_is_wrong_is_named(definitions: list[dict[str, Any]], path: str) -> None:
    with pytest.raises(SeedError) as refusal:
        _parse(*definitions)
    assert refusal.value.path == path
