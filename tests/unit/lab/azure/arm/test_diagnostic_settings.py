from typing import Any

import pytest

from tests.fakes import lab_arm
from tests.fakes.lab_azure import content

SETTINGS = f"{lab_arm.VAULTS}/kv-one/providers/Microsoft.Insights/diagnosticSettings"
WORKSPACE = f"{lab_arm.GROUP}/providers/Microsoft.OperationalInsights/workspaces/logs"
STORAGE = f"{lab_arm.GROUP}/providers/Microsoft.Storage/storageAccounts/logs"
LOGS = [{"category": "AuditEvent", "enabled": True}]


def _body(**changes: Any) -> dict[str, Any]:
    return {"properties": {"workspaceId": WORKSPACE, "logs": LOGS, **changes}}


def test_put_get_list_delete() -> None:
    call = lab_arm.caller(lab_arm.world())
    made = call("PUT", f"{SETTINGS}/one", body=_body(metrics=[{"category": "AllMetrics", "enabled": True}]))
    shape = content(made)
    assert (made.status, shape["properties"]["workspaceId"], shape["properties"]["logs"]) == (200, WORKSPACE, LOGS)
    assert shape["properties"]["storageAccountId"] is None
    assert content(call("GET", f"{SETTINGS}/one")) == shape
    assert content(call("GET", SETTINGS))["value"] == [shape]
    assert call("PUT", f"{SETTINGS}/one", body=_body(logAnalyticsDestinationType="Dedicated")).status == 200
    assert [call("DELETE", f"{SETTINGS}/one").status for _ in range(2)] == [200, 204]
    assert lab_arm.error(call("GET", f"{SETTINGS}/one")) == (404, "ResourceNotFound")


def test_a_resource_has_five_at_most() -> None:
    call = lab_arm.caller(lab_arm.world())
    for number in range(5):
        assert call("PUT", f"{SETTINGS}/s{number}", body=_body(workspaceId=f"{WORKSPACE}{number}")).status == 200
    assert lab_arm.error(call("PUT", f"{SETTINGS}/six", body=_body())) == (400, "BadRequest")


def test_a_destination_is_used_once() -> None:
    call = lab_arm.caller(lab_arm.world())
    call("PUT", f"{SETTINGS}/one", body=_body(storageAccountId=STORAGE))
    assert lab_arm.error(call("PUT", f"{SETTINGS}/two", body=_body())) == (409, "Conflict")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(_body(workspaceId=None), id="no-destination"),
        pytest.param(_body(workspaceId="logs"), id="no-arm-id"),
        pytest.param(_body(workspaceId=STORAGE), id="of-another-type"),
        pytest.param(_body(marketplacePartnerId="partner"), id="no-partner"),
        pytest.param(_body(logs=[]), id="nothing-to-send"),
        pytest.param(_body(logs=5), id="logs-no-list"),
        pytest.param(_body(logs=[{"enabled": True}]), id="no-category"),
        pytest.param(_body(logs=[{"category": "Moon", "enabled": True}]), id="unknown-category"),
        pytest.param(_body(logs=[{"categoryGroup": "all", "enabled": True}]), id="unknown-group"),
        pytest.param(
            _body(logs=[{"category": "AuditEvent", "categoryGroup": "audit", "enabled": True}]), id="two-of-them"
        ),
        pytest.param(_body(logAnalyticsDestinationType="Other"), id="destination-type"),
    ],
)
def test_refuses(body: dict[str, Any]) -> None:
    answer = lab_arm.caller(lab_arm.world())("PUT", f"{SETTINGS}/one", body=body)
    assert lab_arm.error(answer) == (400, "BadRequest")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param(f"{SETTINGS}/a*b", (400, "BadRequest"), id="name"),
        pytest.param(f"{SETTINGS}/one".replace("kv-one", "none"), (404, "ResourceNotFound"), id="no-vault"),
        pytest.param(
            f"{lab_arm.GROUP}/providers/Microsoft.Insights/diagnosticSettings/one",
            (404, "ResourceNotFound"),
            id="a-group-has-none",
        ),
    ],
)
def test_refuses_addresses(path: str, expected: tuple[int, str]) -> None:
    assert lab_arm.error(lab_arm.caller(lab_arm.world())("PUT", path, body=_body())) == expected
