import json
from typing import Any

import pytest

from keyferry.lab.azure.arm import role_assignments
from keyferry.lab.azure.arm.answers import RefusedError
from keyferry.lab.azure.assignments import Assignments
from tests.fakes import lab_azure

DIRECTORY = lab_azure.azure().directory
SCOPE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"
NAME = "10000000-0000-4000-8000-000000000001"
OTHER_NAME = "20000000-0000-4000-8000-000000000002"
USER = "4633458b-17de-408a-b874-0445c86b69e6"
PRINCIPAL = DIRECTORY.identities[0].principal_id


def _body(**changes: Any) -> bytes:
    role = f"/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/{USER}"
    return json.dumps({"properties": {"roleDefinitionId": role, "principalId": PRINCIPAL, **changes}}).encode()


def _put(assignments: Assignments, name: str = NAME, body: bytes | None = None) -> tuple[int, dict[str, Any]]:
    return role_assignments.put(assignments, DIRECTORY, SCOPE, name, body or _body())


def test_put_get_delete() -> None:
    assignments = Assignments()
    status, shape = _put(assignments)
    assert status == 201
    assert shape["properties"]["roleDefinitionId"].endswith(USER)
    assert shape["properties"]["scope"] == SCOPE
    assert _put(assignments)[0] == 200
    assert role_assignments.get(assignments, SCOPE.upper(), NAME) == shape
    assert role_assignments.delete(assignments, "/subscriptions/other", NAME) == (204, None)
    assert role_assignments.delete(assignments, SCOPE, NAME) == (200, shape)
    assert role_assignments.delete(assignments, SCOPE, NAME) == (204, None)
    with pytest.raises(RefusedError) as refusal:
        role_assignments.get(assignments, SCOPE, NAME)
    assert refusal.value.status == 404


@pytest.mark.parametrize(
    ("name", "body", "status", "code"),
    [
        pytest.param("mine", _body(), 400, "InvalidRoleAssignmentId", id="name-no-guid"),
        pytest.param(NAME, b"{", 400, "InvalidRequestContent", id="not-json"),
        pytest.param(NAME, b"[" * 100_000, 400, "InvalidRequestContent", id="nested-without-end"),
        pytest.param(NAME, b'{"properties": []}', 400, "InvalidRequestContent", id="properties-no-object"),
        pytest.param(NAME, _body(roleDefinitionId="x"), 400, "InvalidRoleDefinitionId", id="unknown-role"),
        pytest.param(NAME, _body(principalId="x"), 400, "InvalidPrincipalId", id="principal-no-guid"),
        pytest.param(NAME, _body(principalId=OTHER_NAME), 400, "PrincipalNotFound", id="unknown-principal"),
    ],
)
def test_refuses(name: str, body: bytes, status: int, code: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        _put(Assignments(), name, body)
    assert (refusal.value.status, refusal.value.code) == (status, code)


def test_a_principal_type_spares_the_look_into_the_directory() -> None:
    assert _put(Assignments(), body=_body(principalId=OTHER_NAME, principalType="ServicePrincipal"))[0] == 201


def test_an_assignment_exists_once_and_does_not_change() -> None:
    assignments = Assignments()
    _put(assignments)
    with pytest.raises(RefusedError) as refusal:
        _put(assignments, OTHER_NAME)
    assert (refusal.value.status, refusal.value.code) == (409, "RoleAssignmentExists")
    with pytest.raises(RefusedError) as refusal:
        _put(assignments, NAME, _body(principalId=OTHER_NAME, principalType="User"))
    assert refusal.value.code == "RoleAssignmentUpdateNotPermitted"


@pytest.mark.parametrize(
    ("scope", "filter_text", "number"),
    [
        pytest.param(SCOPE, "", 1, id="at"),
        pytest.param(f"{SCOPE}/secrets/a", "", 1, id="above"),
        pytest.param("/subscriptions/s", "", 1, id="below"),
        pytest.param("/subscriptions/s", "atScope()", 0, id="not-below-at-scope"),
        pytest.param(SCOPE, f"principalId eq '{PRINCIPAL}'", 1, id="of-the-principal"),
        pytest.param(SCOPE, f"assignedTo('{OTHER_NAME}')", 0, id="of-another"),
    ],
)
def test_listing(scope: str, filter_text: str, number: int) -> None:
    assignments = Assignments()
    _put(assignments)
    assert len(role_assignments.listing(assignments, scope, filter_text)["value"]) == number
