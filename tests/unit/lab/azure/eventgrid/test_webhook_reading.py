from typing import Any

import pytest

from keyferry.lab.azure.eventgrid import webhook_reading
from keyferry.lab.azure.eventgrid.definition import DeliveryAttribute, InvalidError, WebHook
from keyferry.lab.azure.eventgrid.fields import Fields
from tests.fakes.lab_grid import URL


def _read(kind: Any = "WebHook", **properties: Any) -> WebHook:
    content = {"endpointType": kind, "properties": {"endpointUrl": URL, **properties}}
    return webhook_reading.read(Fields(content, "destination"))


def _static(**changes: Any) -> dict[str, Any]:
    return {"name": "x-key", "type": "Static", "properties": {"value": "v", "isSecret": True}, **changes}


def test_what_is_left_out() -> None:
    assert _read("webhook") == WebHook(url=URL)


def test_everything() -> None:
    dynamic = {"name": "x-name", "type": "dynamic", "properties": {"sourceField": "data.ObjectName"}}
    read = _read(
        maxEventsPerBatch=10,
        preferredBatchSizeInKilobytes=128,
        azureActiveDirectoryTenantId="ABC",
        azureActiveDirectoryApplicationIdOrUri="api://Hook",
        minimumTlsVersionAllowed="1.2",
        deliveryAttributeMappings=[_static(), dynamic],
    )
    assert read == WebHook(
        url=URL,
        max_events=10,
        preferred_kilobytes=128,
        tenant_id="abc",
        audience="api://Hook",
        minimum_tls="1.2",
        attributes=(
            DeliveryAttribute(name="x-key", value="v", secret=True),
            DeliveryAttribute(name="x-name", source_field="data.ObjectName"),
        ),
    )


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://hooks.example/", id="http"),
        pytest.param("hooks.example", id="no-scheme"),
        pytest.param("https://", id="no-host"),
        pytest.param("https://user:secret@hooks.example/", id="with-a-password"),
        pytest.param("https://hooks.example/#here", id="fragment"),
        pytest.param("https://hooks.example/a b", id="blank"),
        pytest.param("https://hooks.example/\n", id="line-end"),
        pytest.param("https://hooks.example/ä", id="not-ascii"),
        pytest.param("https://[hooks/", id="half-an-address"),
        pytest.param("https://hooks.example:port/", id="port-that-is-none"),
        pytest.param("https://hooks.example:0/", id="port-zero"),
        pytest.param("https://-hooks.example/", id="host-that-is-none"),
        pytest.param(f"https://h/{'a' * 2048}", id="too-long"),
        pytest.param(None, id="none"),
    ],
)
def test_an_endpoint_has_an_https_url_that_is_not_repeated(url: str | None) -> None:
    with pytest.raises(InvalidError, match=r"destination\.properties\.endpointUrl") as refusal:
        _read(endpointUrl=url)
    assert "hooks" not in str(refusal.value)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param({"kind": "StorageQueue"}, "endpointType", id="queue"),
        pytest.param({"kind": None}, "endpointType", id="no-type"),
        pytest.param({"maxEventsPerBatch": 5001}, "1 to 5000", id="batch"),
        pytest.param({"preferredBatchSizeInKilobytes": 0}, "1 to 1024", id="kilobytes"),
        pytest.param({"azureActiveDirectoryTenantId": "t"}, "both", id="tenant-alone"),
        pytest.param({"azureActiveDirectoryApplicationIdOrUri": "t"}, "both", id="application-alone"),
        pytest.param({"minimumTlsVersionAllowed": "0.9"}, "minimumTls", id="tls"),
        pytest.param({"deliveryAttributeMappings": [_static()] * 11}, "at most 10", id="too-many-headers"),
        pytest.param({"deliveryAttributeMappings": [_static(name="aeg-x")]}, "name", id="own-header"),
        pytest.param({"deliveryAttributeMappings": [_static(name="Host")]}, "name", id="host"),
        pytest.param({"deliveryAttributeMappings": [_static(name="a b")]}, "name", id="no-header"),
        pytest.param({"deliveryAttributeMappings": [_static(type="Other")]}, "Static or Dynamic", id="kind"),
        pytest.param(
            {"deliveryAttributeMappings": [_static(properties={"value": "a\r\nb: c"})]},
            "ASCII",
            id="line-end-in-header",
        ),
    ],
)
def test_refuses(change: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidError, match=named):
        _read(**change)
