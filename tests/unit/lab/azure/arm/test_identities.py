from typing import Any

import pytest

from tests.fakes import lab_arm, lab_azure
from tests.fakes.lab_azure import content

NEW = f"{lab_arm.IDENTITIES}/New-one"
BODY = {"location": "westeurope", "tags": {"team": "a"}}


def test_put_get_patch_delete() -> None:
    call = lab_arm.caller(lab_arm.world())
    made = call("PUT", NEW, body=BODY)
    shape = content(made)
    assert (made.status, shape["id"], shape["tags"]) == (201, NEW, {"team": "a"})
    assert set(shape["properties"]) == {"tenantId", "principalId", "clientId", "isolationScope"}
    assert call("PUT", NEW, body=BODY).status == 200
    patched = call("PATCH", NEW, body={"properties": {"isolationScope": "Regional"}})
    assert content(patched)["properties"]["isolationScope"] == "Regional"
    assert content(patched)["tags"] == {"team": "a"}
    assert content(call("PATCH", NEW, body={"tags": {"b": "c"}}))["tags"] == {"b": "c"}
    older = content(call("GET", NEW.upper(), version="2023-01-31"))
    assert older["properties"] == {key: shape["properties"][key] for key in ("tenantId", "principalId", "clientId")}
    assert [call("DELETE", NEW).status for _ in range(2)] == [200, 204]
    assert lab_arm.error(call("GET", NEW)) == (404, "ResourceNotFound")


def test_ids_follow_from_the_arm_id_and_are_others_when_it_is_made_again() -> None:
    one, other = lab_arm.caller(lab_arm.world()), lab_arm.caller(lab_arm.world())
    first = content(one("PUT", NEW, body=BODY))["properties"]
    assert content(other("PUT", NEW, body=BODY))["properties"] == first
    one("DELETE", NEW)
    again = content(one("PUT", NEW, body=BODY))["properties"]
    assert {again["clientId"], again["principalId"]}.isdisjoint({first["clientId"], first["principalId"]})


def test_role_assignments_of_a_deleted_identity_stay_behind() -> None:
    world = lab_arm.world()
    principal = world.directory.identities[0].principal_id
    assert lab_arm.caller(world)("DELETE", f"{lab_arm.IDENTITIES}/reader").status == 200
    assert any(each.principal_id == principal for each in world.assignments.within(lab_arm.ROOT))
    assert lab_azure.drive(world.handle(lab_azure.token_request(), lab_azure.NOW)).status >= 400


def test_role_assignments_at_a_deleted_identity_go_with_it() -> None:
    world = lab_arm.world(
        roleAssignments=[{"identity": "officer", "role": "Reader", "scope": "identities/reader"}],
    )
    path = f"{lab_arm.IDENTITIES}/reader"
    assert len(world.assignments.within(path)) == 1
    lab_arm.caller(world)("DELETE", path)
    assert world.assignments.within(path) == ()


def test_lists_of_group_and_subscription() -> None:
    call = lab_arm.caller(lab_arm.world())
    in_group = content(call("GET", lab_arm.IDENTITIES))["value"]
    assert [each["name"] for each in in_group] == ["officer", "reader"]
    all_of_them = content(call("GET", lab_arm.IDENTITIES.replace("/resourceGroups/rg", "")))["value"]
    assert sorted(each["name"] for each in all_of_them) == ["loner", "officer", "reader"]


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        pytest.param(f"{lab_arm.IDENTITIES}/ab", BODY, (400, "InvalidResourceName"), id="name-too-short"),
        pytest.param(f"{lab_arm.IDENTITIES}/-abc", BODY, (400, "InvalidResourceName"), id="name-begins-with-a-hyphen"),
        pytest.param(NEW, {}, (400, "LocationRequired"), id="no-location"),
        pytest.param(
            NEW,
            {**BODY, "properties": {"isolationScope": "Moon"}},
            (400, "InvalidRequestContent"),
            id="unknown-isolation",
        ),
        pytest.param(
            f"{lab_arm.IDENTITIES}/reader", {"location": "eastus"}, (409, "InvalidResourceLocation"), id="moved"
        ),
    ],
)
def test_refuses_to_make(path: str, body: Any, expected: tuple[int, str]) -> None:
    assert lab_arm.error(lab_arm.caller(lab_arm.world())("PUT", path, body=body)) == expected
