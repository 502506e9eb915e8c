from typing import Any

import pytest

from tests.fakes import lab_arm
from tests.fakes.lab_azure import READER, content, header

NEW = f"{lab_arm.ROOT}/resourceGroups/New"
BODY = {"location": "West Europe", "tags": {"team": "a"}}


def test_put_get_patch_list() -> None:
    call = lab_arm.caller(lab_arm.world())
    assert call("HEAD", NEW).status == 404
    made = call("PUT", NEW, body=BODY)
    assert (made.status, content(made)["location"], content(made)["tags"]) == (201, "westeurope", {"team": "a"})
    again = call("PUT", NEW.upper().replace("/SUBSCRIPTIONS", "/subscriptions"), body={"location": "westeurope"})
    assert (again.status, content(again)["name"], "tags" in content(again)) == (200, "New", False)
    assert content(call("PATCH", NEW, body={"tags": {"b": "c"}}))["tags"] == {"b": "c"}
    assert content(call("PATCH", NEW, body={}))["tags"] == {"b": "c"}
    assert call("HEAD", NEW).status == 204
    assert content(call("GET", NEW))["properties"] == {"provisioningState": "Succeeded"}
    listed = content(call("GET", f"{lab_arm.ROOT}/resourceGroups"))["value"]
    assert [each["name"] for each in listed] == ["New", "rg", "rg-keyferry-lab"]


def test_a_list_shows_what_the_caller_may_read() -> None:
    reader = lab_arm.caller(lab_arm.world(), READER)
    assert content(reader("GET", f"{lab_arm.ROOT}/resourceGroups"))["value"] == []


def test_deleting_a_group_deletes_what_is_in_it() -> None:
    world = lab_arm.world()
    call = lab_arm.caller(world)
    kept = [each.name for each in world.directory.identities if "/rg/" not in each.resource_id]
    deleted = call("DELETE", lab_arm.GROUP)
    assert deleted.status == 202
    location = header(deleted, "Location") or ""
    path = location.removeprefix(f"https://{lab_arm.HOST}").partition("?")[0]
    assert call("GET", path).status == 200
    assert [each.name for each in world.directory.identities] == kept
    assert [each.name for each in world.vaults] == ["kv-far"]
    assert lab_arm.GROUP.lower() not in world.resources.groups


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        pytest.param("GET", NEW, None, 404, "ResourceGroupNotFound", id="get-none"),
        pytest.param("DELETE", NEW, None, 404, "ResourceGroupNotFound", id="delete-none"),
        pytest.param("GET", f"{NEW}/resources", None, 404, "ResourceGroupNotFound", id="list-in-none"),
        pytest.param("PUT", f"{NEW}!", BODY, 400, "InvalidResourceGroupName", id="name"),
        pytest.param("PUT", f"{NEW}.", BODY, 400, "InvalidResourceGroupName", id="name-ends-with-a-stop"),
        pytest.param("PUT", NEW, {}, 400, "LocationRequired", id="no-location"),
        pytest.param("PUT", lab_arm.GROUP, {"location": "eastus"}, 409, "InvalidResourceLocation", id="moved"),
    ],
)
def test_refuses(method: str, path: str, body: Any, status: int, code: str) -> None:
    assert lab_arm.error(lab_arm.caller(lab_arm.world())(method, path, body=body)) == (status, code)
