"""Ids on ServiceAccounts."""

from typing import Any

import pytest

from keyferry.advice.rules.accounts import CHECKS, is_guid
from tests.fakes.advice import findings, found
from tests.fakes.pod_documents import service_account

CLIENT = "azure.workload.identity/client-id"
TENANT = "azure.workload.identity/tenant-id"
GUID = "5ec0a4b2-94f5-4c1b-a6a2-3c1bb3a3b8d1"
OTHER = "99999999-9999-4999-8999-999999999999"
FAULTS = [
    pytest.param("", "is empty", id="empty"),
    pytest.param("  ", "is empty", id="blank"),
    pytest.param(f"{GUID}\n", "has white space around it", id="a-line-break"),
    pytest.param(f"{{{GUID}}}", "has signs around the GUID", id="braces"),
    pytest.param(f"urn:uuid:{GUID}", "has signs around the GUID", id="urn"),
    pytest.param("/subscriptions/x/resourceGroups/y", "is the identity's resource id", id="resource-id"),
    pytest.param("${CLIENT_ID}", "is a placeholder", id="environment"),
    pytest.param("$CLIENT_ID", "is a placeholder", id="environment-without-braces"),
    pytest.param("<client id>", "is a placeholder", id="documentation"),
    pytest.param("{{ .Values.clientId }}", "is a placeholder", id="helm"),
    pytest.param("00000000-0000-0000-0000-000000000000", "is all zeros", id="zeros"),
    pytest.param("my-identity", "is no GUID", id="a-name"),
    pytest.param(GUID[:-1], "is no GUID", id="one-too-few"),
    pytest.param(GUID * 1000, "is no GUID", id="long"),
    pytest.param(17, "is no text", id="a-number"),
    pytest.param(None, "is no text", id="null"),
]


@pytest.mark.parametrize(("value", "fault"), FAULTS)
@pytest.mark.parametrize(
    ("key", "rule"), [pytest.param(CLIENT, "client-id", id="client"), pytest.param(TENANT, "tenant-id", id="tenant")]
)
def test_an_id_that_is_none_is_told_and_never_repeated(key: str, rule: str, value: Any, fault: str) -> None:
    (told,) = findings(CHECKS, service_account({key: value}), rule)
    assert told.path == f"metadata.annotations[{key}]"
    assert told.message.startswith(fault)
    assert not value or str(value) not in str(told)


@pytest.mark.parametrize(
    "annotations",
    [
        pytest.param({}, id="none"),
        pytest.param({CLIENT: GUID}, id="a-client"),
        pytest.param({CLIENT: GUID.upper(), TENANT: OTHER}, id="in-upper-case"),
        pytest.param({CLIENT: GUID, TENANT: "contoso.onmicrosoft.com"}, id="a-domain"),
        pytest.param([CLIENT], id="another-shape"),
    ],
)
def test_good_ids_are_left_alone(annotations: Any) -> None:
    document = service_account(annotations)
    assert found(CHECKS, document, "client-id") == []
    assert found(CHECKS, document, "tenant-id") == []


def test_a_tenant_is_no_client() -> None:
    (told,) = findings(CHECKS, service_account({CLIENT: GUID, TENANT: GUID.upper()}), "client-id")
    assert told.message.startswith("is the same as the tenant id")


def test_what_is_a_guid() -> None:
    assert is_guid(GUID)
    assert not is_guid(f" {GUID}")
    assert not is_guid(None)
