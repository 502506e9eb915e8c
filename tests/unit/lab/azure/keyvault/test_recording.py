from typing import Any

import pytest

from keyferry.lab.azure.keyvault.audit import AuditRecord
from keyferry.lab.azure.keyvault.recording import MAX_TEXT
from keyferry.lab.world.http import Request
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, caller, drive


def _record(vault: dict[str, Any], method: str = "GET", **world: Any) -> AuditRecord:
    document = lab_azure.document()
    document["vaults"][0] |= vault
    azure = lab_azure.azure(vaults=document["vaults"], **world)
    caller(azure)(method, "/secrets/db-password", body={"value": "canary"} if method == "PUT" else None)
    (record,) = azure.audit
    assert "canary" not in repr(record)
    return record


@pytest.mark.parametrize(
    ("vault", "method", "decided"),
    [
        pytest.param({}, "GET", (200, True, True, None), id="by-role"),
        pytest.param({}, "PUT", (403, True, False, None), id="no-role"),
        pytest.param({"publicNetworkAccess": "Disabled"}, "GET", (403, False, None, None), id="no-way-in"),
        pytest.param({"lab": {"otherPer10s": 1, "setsPer10s": 1}}, "GET", (200, True, True, None), id="within-limits"),
        pytest.param(
            {"enableRbacAuthorization": False, "accessPolicies": []}, "GET", (403, True, None, False), id="no-policy"
        ),
        pytest.param(
            {
                "enableRbacAuthorization": False,
                "accessPolicies": [{"identity": "reader", "permissions": {"secrets": ["get"]}}],
            },
            "GET",
            (200, True, None, True),
            id="by-policy",
        ),
    ],
)
def test_tells_what_was_decided(
    vault: dict[str, Any], method: str, decided: tuple[int, bool, bool | None, bool | None]
) -> None:
    record = _record(vault, method)
    assert decided == (
        record.status,
        record.is_address_authorized,
        record.is_rbac_authorized,
        record.is_access_policy_match,
    )
    assert bool(record.applied_assignment_id) is (record.is_rbac_authorized is True)


def test_what_a_client_writes_is_cut() -> None:
    world = lab_azure.azure()
    long = "x" * 10_000
    request = Request(
        method="GET",
        host="kv-one.vault.azure.net",
        path=f"/secrets/{long}",
        query=(("api-version", long),),
        headers={"user-agent": long, "x-ms-client-request-id": long},
        client="192.0.2.1",
    )
    drive(world.handle(request, NOW))
    (record,) = world.audit
    assert record.caller_address == "192.0.2.1"
    written = (
        record.client_info,
        record.correlation_id,
        record.object_id,
        record.request_uri,
        record.api_version,
    )
    assert [len(text) for text in written] == [MAX_TEXT] * 5
