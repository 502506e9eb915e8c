from typing import Any

import pytest

from tests.fakes import lab_arm, lab_azure
from tests.fakes.lab_azure import content

NAME = "30000000-0000-4000-8000-000000000003"
USER = "4633458b-17de-408a-b874-0445c86b69e6"
ASSIGNMENT = "10000000-0000-4000-8000-000000000001"


def _path(name: str = "", scope: str = lab_arm.ROOT) -> str:
    return f"{scope}/providers/Microsoft.Authorization/roleDefinitions{f'/{name}' if name else ''}"


def _body(**changes: Any) -> dict[str, Any]:
    properties = {
        "roleName": "Secret counter",
        "description": "Counts secrets",
        "permissions": [{"actions": [], "dataActions": ["Microsoft.KeyVault/vaults/secrets/readMetadata/action"]}],
        "assignableScopes": [lab_arm.GROUP],
        **changes,
    }
    return {"properties": properties}


@pytest.mark.parametrize(
    ("filter_", "names"),
    [
        pytest.param("roleName eq 'Key Vault Secrets User'", ["Key Vault Secrets User"], id="by-name"),
        pytest.param("roleName eq 'KEY VAULT secrets user'", ["Key Vault Secrets User"], id="case"),
        pytest.param("roleName eq 'none'", [], id="none"),
        pytest.param("type eq 'CustomRole'", ["Secret counter"], id="custom"),
        pytest.param("atScopeAndBelow() and roleName eq 'Owner'", ["Owner"], id="two-conditions"),
    ],
)
def test_roles_are_found(filter_: str, names: list[str]) -> None:
    call = lab_arm.caller(lab_arm.world())
    call("PUT", _path(NAME), body=_body())
    for scope in (lab_arm.GROUP, f"{lab_arm.VAULTS}/kv-one"):
        listed = content(call("GET", _path(scope=scope), filter=filter_))["value"]
        assert [each["properties"]["roleName"] for each in listed] == names


def test_a_built_in_role_is_shown_with_its_permissions() -> None:
    shape = content(lab_arm.caller(lab_arm.world())("GET", _path(USER)))
    assert shape["id"] == _path(USER)
    assert shape["properties"]["type"] == "BuiltInRole"
    assert "Microsoft.KeyVault/vaults/secrets/getSecret/action" in shape["properties"]["permissions"][0]["dataActions"]


def test_a_definition_at_the_root_is_of_no_subscription_and_for_everybody() -> None:
    call = lab_arm.caller(lab_arm.world(), lab_azure.READER)
    assert content(call("GET", _path(USER, "")))["id"] == _path(USER, "")
    assert len(content(call("GET", _path(scope="")))["value"]) > 10


def test_a_conditioned_role_shows_its_condition() -> None:
    answer = lab_arm.caller(lab_arm.world())("GET", _path(), filter="roleName eq 'Key Vault Data Access Administrator'")
    assert content(answer)["value"][0]["properties"]["permissions"][0]["conditionVersion"] == "2.0"


def test_a_custom_role_is_made_assigned_and_deleted() -> None:
    world = lab_arm.world()
    call = lab_arm.caller(world)
    assert call("PUT", _path(NAME), body=_body()).status == 201
    assignment = f"{lab_arm.VAULTS}/kv-two/providers/Microsoft.Authorization/roleAssignments/{ASSIGNMENT}"
    principal = world.directory.identities[0].principal_id
    body = {"properties": {"roleDefinitionId": _path(NAME), "principalId": principal}}
    read = lab_azure.caller(world, host="kv-two.vault.azure.net")
    assert read("GET", "/secrets").status == 403
    assert call("PUT", assignment, body=body).status == 201
    assert read("GET", "/secrets").status == 200
    assert lab_arm.error(call("DELETE", _path(NAME))) == (400, "RoleDefinitionHasAssignments")
    call("DELETE", assignment)
    assert [call("DELETE", _path(NAME)).status for _ in range(2)] == [200, 204]
    assert lab_arm.error(call("GET", _path(NAME))) == (404, "RoleDefinitionDoesNotExist")


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        pytest.param("mine", _body(), (400, "InvalidRoleDefinitionId"), id="name-no-guid"),
        pytest.param(USER, _body(), (400, "InvalidRoleDefinitionUpdate"), id="built-in"),
        pytest.param(NAME, _body(roleName="owner"), (409, "RoleDefinitionWithSameNameExists"), id="name-taken"),
        pytest.param(NAME, _body(roleName=""), (400, "InvalidRoleDefinition"), id="no-name"),
        pytest.param(NAME, _body(description=5), (400, "InvalidRoleDefinition"), id="description"),
        pytest.param(NAME, _body(permissions=[]), (400, "InvalidRoleDefinition"), id="no-permissions"),
        pytest.param(NAME, _body(permissions=[{"actions": "*"}]), (400, "InvalidRoleDefinition"), id="no-list"),
        pytest.param(NAME, _body(assignableScopes=[]), (400, "InvalidRoleDefinition"), id="no-scopes"),
        pytest.param(NAME, _body(assignableScopes=["/"]), (400, "LinkedInvalidPropertyId"), id="the-root"),
        pytest.param(
            NAME,
            _body(assignableScopes=[f"/subscriptions/{lab_arm.FAR_SUBSCRIPTION}"]),
            (400, "LinkedAuthorizationFailed"),
            id="another-tenants",
        ),
    ],
)
def test_refuses(name: str, body: dict[str, Any], expected: tuple[int, str]) -> None:
    assert lab_arm.error(lab_arm.caller(lab_arm.world())("PUT", _path(name), body=body)) == expected


def test_a_built_in_role_is_not_deleted() -> None:
    answer = lab_arm.caller(lab_arm.world())("DELETE", _path(USER))
    assert lab_arm.error(answer) == (400, "InvalidRoleDefinitionDelete")


def test_an_unknown_filter_is_refused() -> None:
    answer = lab_arm.caller(lab_arm.world())("GET", _path(), filter="moon eq 'x'")
    assert lab_arm.error(answer) == (400, "BadRequestFormat")


def test_a_role_is_made_by_who_may_in_each_of_its_scopes() -> None:
    call = lab_arm.caller(lab_azure.azure())  # where the officer owns one group
    path = _path(NAME, lab_arm.GROUP)
    assert lab_arm.error(call("PUT", path, body=_body(assignableScopes=[lab_arm.ROOT]))) == (
        403,
        "AuthorizationFailed",
    )
    assert call("PUT", path, body=_body()).status == 201
    assert call("PUT", path, body=_body(roleName="Another name")).status == 201
