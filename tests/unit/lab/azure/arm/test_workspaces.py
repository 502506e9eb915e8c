from typing import Any

import pytest

from tests.fakes import lab_arm
from tests.fakes.lab_azure import content

WORKSPACES = f"{lab_arm.GROUP}/providers/Microsoft.OperationalInsights/workspaces"
ONE = f"{WORKSPACES}/logs-one"
VERSION = "2023-09-01"


def _body(**properties: Any) -> dict[str, Any]:
    return {"location": "westeurope", "tags": {"a": "b"}, "properties": properties}


def test_put_get_list_delete() -> None:
    call = lab_arm.caller(lab_arm.world())
    made = call("PUT", ONE, body=_body(sku={"name": "pergb2018"}, retentionInDays=60), version=VERSION)
    shape = content(made)
    assert (made.status, shape["id"], shape["tags"]) == (201, ONE, {"a": "b"})
    assert shape["properties"]["sku"] == {"name": "PerGB2018"}
    assert shape["properties"]["retentionInDays"] == 60
    assert content(call("GET", ONE, version=VERSION)) == shape
    again = call("PUT", ONE, body=_body(), version=VERSION)
    assert (again.status, content(again)["properties"]["retentionInDays"]) == (200, 30)
    assert content(again)["properties"]["customerId"] == shape["properties"]["customerId"], "which queries use"
    for path in (WORKSPACES, WORKSPACES.replace("/resourceGroups/rg", "")):
        assert [each["name"] for each in content(call("GET", path, version=VERSION))["value"]] == ["logs-one"]
    assert [call("DELETE", ONE, version=VERSION).status for _ in range(2)] == [200, 204]
    assert lab_arm.error(call("GET", ONE, version=VERSION)) == (404, "ResourceNotFound")


def test_it_is_a_resource_of_its_group_and_goes_with_it() -> None:
    call = lab_arm.caller(lab_arm.world())
    call("PUT", ONE, body=_body(), version=VERSION)
    listed = content(call("GET", f"{lab_arm.GROUP}/resources"))["value"]
    assert ONE in [each["id"] for each in listed]
    assert call("DELETE", lab_arm.GROUP).status == 202
    call("PUT", lab_arm.GROUP, body={"location": "westeurope"})
    assert lab_arm.error(call("GET", ONE, version=VERSION)) == (404, "ResourceNotFound")


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        pytest.param(f"{WORKSPACES}/abc", _body(), (400, "InvalidParameter"), id="name"),
        pytest.param(ONE, _body(sku={"name": "cheap"}), (400, "InvalidParameter"), id="sku"),
        pytest.param(ONE, _body(sku="PerGB2018"), (400, "InvalidParameter"), id="sku-that-is-no-object"),
        pytest.param(ONE, _body(retentionInDays=5), (400, "InvalidParameter"), id="too-short"),
        pytest.param(ONE, _body(retentionInDays=True), (400, "InvalidParameter"), id="no-number"),
        pytest.param(ONE, {}, (400, "LocationRequired"), id="no-location"),
    ],
)
def test_what_it_does_not_take(path: str, body: dict[str, Any], expected: tuple[int, str]) -> None:
    call = lab_arm.caller(lab_arm.world())
    assert lab_arm.error(call("PUT", path, body=body, version=VERSION)) == expected
