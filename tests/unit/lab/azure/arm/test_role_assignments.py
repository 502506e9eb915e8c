from typing import Any

import pytest

from keyferry.lab.azure.role import Role
from tests.fakes import lab_arm, lab_azure
from tests.fakes.lab_azure import content

SCOPE = f"{lab_arm.VAULTS}/kv-two"
NAME = "10000000-0000-4000-8000-000000000001"
OTHER_NAME = "20000000-0000-4000-8000-000000000002"
USER = "4633458b-17de-408a-b874-0445c86b69e6"
CUSTOM = "30000000-0000-4000-8000-000000000003"
PRINCIPAL = lab_azure.azure().directory.identities[0].principal_id
CONDITION = "@Resource[Microsoft.KeyVault/vaults/secrets:name] StringStartsWith 'app-'"
ROLES = f"{lab_arm.ROOT}/providers/Microsoft.Authorization/roleDefinitions"


def _path(name: str = NAME, scope: str = SCOPE) -> str:
    below = f"/{name}" if name else ""
    return f"{scope}/providers/Microsoft.Authorization/roleAssignments{below}"


def _body(**changes: Any) -> dict[str, Any]:
    return {"properties": {"roleDefinitionId": f"{ROLES}/{USER}", "principalId": PRINCIPAL, **changes}}


def test_put_get_delete() -> None:
    call = lab_arm.caller(lab_arm.world())
    made = call("PUT", _path(), body=_body(description="why"))
    shape = content(made)["properties"]
    assert made.status == 201
    assert (shape["roleDefinitionId"], shape["scope"]) == (f"{ROLES}/{USER}", SCOPE)
    assert (shape["principalType"], shape["description"]) == ("ServicePrincipal", "why")
    assert call("PUT", _path(), body=_body()).status == 200
    assert content(call("GET", _path(scope=SCOPE.upper())))["name"] == NAME
    assert call("DELETE", _path(scope=lab_arm.GROUP)).status == 204
    assert [call("DELETE", _path()).status for _ in range(2)] == [200, 204]
    assert lab_arm.error(call("GET", _path())) == (404, "RoleAssignmentNotFound")


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        pytest.param(_path("mine"), _body(), (400, "InvalidRoleAssignmentId"), id="name-no-guid"),
        pytest.param(_path(), b'{"properties": []}', (400, "InvalidRequestContent"), id="properties-no-object"),
        pytest.param(_path(), _body(roleDefinitionId="x"), (400, "InvalidRoleDefinitionId"), id="role-no-guid"),
        pytest.param(
            _path(), _body(roleDefinitionId=OTHER_NAME), (404, "RoleDefinitionDoesNotExist"), id="unknown-role"
        ),
        pytest.param(
            _path(), _body(roleDefinitionId=CUSTOM), (400, "RoleDefinitionNotAssignableAtScope"), id="role-elsewhere"
        ),
        pytest.param(_path(), _body(principalId="x"), (400, "InvalidPrincipalId"), id="principal-no-guid"),
        pytest.param(_path(), _body(principalId=OTHER_NAME), (400, "PrincipalNotFound"), id="unknown-principal"),
        pytest.param(
            _path(), _body(principalId=OTHER_NAME, principalType="User"), (400, "PrincipalNotFound"), id="unknown-user"
        ),
        pytest.param(_path(), _body(principalType="Robot"), (400, "InvalidPrincipalType"), id="unknown-type"),
        pytest.param(_path(), _body(principalType="User"), (400, "UnmatchedPrincipalType"), id="another-type"),
        pytest.param(
            _path(),
            _body(condition="@x", conditionVersion="2.0"),
            (400, "RoleAssignmentConditionNotSupported"),
            id="a-condition-that-nobody-can-go-by",
        ),
        pytest.param(
            _path(),
            _body(condition=CONDITION, conditionVersion="1.0"),
            (400, "RoleAssignmentConditionNotSupported"),
            id="a-condition-of-another-version",
        ),
        pytest.param(
            _path(scope=f"{lab_arm.VAULTS}/none"), _body(), (404, "ResourceNotFound"), id="scope-does-not-exist"
        ),
    ],
)
def test_refuses(path: str, body: Any, expected: tuple[int, str]) -> None:
    world = lab_arm.world()
    elsewhere = f"{lab_arm.ROOT}/resourceGroups/elsewhere"
    world.assignments.roles.put(Role(id=CUSTOM, name="Mine", custom=True, assignable_scopes=(elsewhere,)))
    assert lab_arm.error(lab_arm.caller(world)("PUT", path, body=body)) == expected


def test_a_condition_is_kept_and_shown() -> None:
    world = lab_arm.world()
    call = lab_arm.caller(world)
    made = call("PUT", _path(), body=_body(condition=CONDITION, conditionVersion="2.0"))
    shown = content(call("GET", _path()))["properties"]
    assert (made.status, shown["condition"], shown["conditionVersion"]) == (201, CONDITION, "2.0")
    assignment = world.assignments.get(NAME)
    assert assignment is not None
    assert assignment.condition == CONDITION


def test_a_principal_type_spares_the_look_into_the_directory() -> None:
    call = lab_arm.caller(lab_arm.world())
    assert call("PUT", _path(), body=_body(principalId=OTHER_NAME, principalType="ServicePrincipal")).status == 201


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        pytest.param(USER, 201, id="one-that-it-governs"),
        pytest.param(lab_arm.OWNER, 403, id="one-that-it-does-not"),
    ],
)
def test_an_access_administrator_assigns_what_it_governs(role: str, expected: int) -> None:
    world = lab_arm.world(
        roleAssignments=[
            {"identity": "reader", "role": "Key Vault Data Access Administrator", "scope": "vaults/kv-two"}
        ]
    )
    reader, owner = lab_arm.caller(world, lab_azure.READER), lab_arm.caller(world)
    body = _body(roleDefinitionId=f"{ROLES}/{role}", principalId=world.directory.identities[2].principal_id)
    assert reader("PUT", _path(), body=body).status == expected
    lab_arm.crown(world)
    owner("PUT", _path(), body=body)
    assert reader("DELETE", _path()).status == (200 if expected == 201 else 403)


def test_a_new_identity_is_a_principal_once_it_is_replicated() -> None:
    world = lab_arm.world()
    world.directory.delays.principal_seconds = 60
    call = lab_arm.caller(world)
    made = call("PUT", f"{lab_arm.IDENTITIES}/new-one", body={"location": "westeurope"})
    body = _body(principalId=content(made)["properties"]["principalId"])
    assert lab_arm.error(call("PUT", _path(), body=body)) == (400, "PrincipalNotFound")
    assert call("PUT", _path(), body=body, now=lab_azure.later(minutes=1)).status == 201


def test_an_assignment_exists_once_and_does_not_change() -> None:
    call = lab_arm.caller(lab_arm.world())
    call("PUT", _path(), body=_body())
    assert lab_arm.error(call("PUT", _path(OTHER_NAME), body=_body())) == (409, "RoleAssignmentExists")
    changed = _body(principalId=OTHER_NAME, principalType="ServicePrincipal")
    assert lab_arm.error(call("PUT", _path(), body=changed)) == (400, "RoleAssignmentUpdateNotPermitted")


@pytest.mark.parametrize(
    ("scope", "filter_", "found"),
    [
        pytest.param(SCOPE, "", True, id="at"),
        pytest.param(f"{SCOPE}/secrets/a", "", True, id="above"),
        pytest.param(lab_arm.GROUP, "", True, id="below"),
        pytest.param(lab_arm.GROUP, "atScope()", False, id="not-below-at-scope"),
        pytest.param(SCOPE, f"principalId eq '{PRINCIPAL}'", True, id="of-the-principal"),
        pytest.param(SCOPE, f"atScope() and assignedTo('{OTHER_NAME}')", False, id="of-another"),
    ],
)
def test_listing(scope: str, filter_: str, found: bool) -> None:
    call = lab_arm.caller(lab_arm.world())
    call("PUT", _path(), body=_body())
    listed = content(call("GET", _path("", scope), filter=filter_))["value"]
    assert (NAME in [each["name"] for each in listed]) is found


def test_an_unknown_filter_is_refused() -> None:
    answer = lab_arm.caller(lab_arm.world())("GET", _path(""), filter="moon()")
    assert lab_arm.error(answer) == (400, "BadRequestFormat")


def test_an_assignment_at_the_root_names_a_role_of_no_subscription() -> None:
    world = lab_arm.world()
    lab_arm.crown(world)
    listed = content(lab_arm.caller(world)("GET", _path("", "")))["value"]
    (at_root,) = (each["properties"] for each in listed if each["properties"]["scope"] == "/")
    assert at_root["roleDefinitionId"] == f"/providers/Microsoft.Authorization/roleDefinitions/{lab_arm.OWNER}"
