import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from keyferry.lab.azure.eventgrid import handshake
from keyferry.lab.azure.eventgrid.definition import DeliveryAttribute, Schema, WebHook
from keyferry.lab.azure.eventgrid.handshake import Agreed, ByHand
from keyferry.lab.azure.eventgrid.state import Handshake, Subscription
from keyferry.lab.world.http import Response
from tests.fakes import lab_grid
from tests.fakes.lab_grid import HOOK, NOW, SOURCE, TENANT, TOKENS, status

CODE = "11111111-1111-4111-8111-111111111111"


def _asked(schema: Schema) -> tuple[Subscription, Handshake]:
    known = lab_grid.only(lab_grid.subscribed())
    hook = WebHook(
        url=lab_grid.URL,
        tenant_id=TENANT,
        audience="api://hook",
        attributes=(DeliveryAttribute(name="x-key", value="k"), DeliveryAttribute(name="x-name", source_field="id")),
    )
    definition = replace(HOOK, schema=schema, destination=hook)
    asked = Handshake(code=CODE, token="t", operation="o", definition=definition, deadline=NOW)
    return known, asked


def test_the_validation_event() -> None:
    known, asked = _asked(Schema.EVENT_GRID)
    request = handshake.request(known, asked, TOKENS, NOW)
    assert (request.method, request.url, request.code) == ("POST", lab_grid.URL, CODE)
    assert lab_grid.header(request, "aeg-event-type") == "SubscriptionValidation"
    assert lab_grid.header(request, "x-key") == "k"
    assert lab_grid.header(request, "x-name") is None
    assert (lab_grid.header(request, "Authorization") or "").startswith("Bearer ")
    (event,) = json.loads(request.body)
    assert event["eventType"] == "Microsoft.EventGrid.SubscriptionValidationEvent"
    assert event["topic"] == SOURCE.id
    assert event["data"] == {"validationCode": CODE, "validationUrl": handshake.callback(known, asked)}


def test_the_options_request() -> None:
    known, asked = _asked(Schema.CLOUD_EVENTS)
    request = handshake.request(known, asked, TOKENS, NOW)
    assert (request.method, request.body) == ("OPTIONS", b"")
    assert lab_grid.header(request, "WebHook-Request-Origin") == "eventgrid.azure.net"
    assert lab_grid.header(request, "WebHook-Request-Callback") == handshake.callback(known, asked)
    assert lab_grid.header(request, "WebHook-Request-Rate") == "120"


def test_the_callback_is_at_port_553_and_has_code_and_token() -> None:
    address = urlsplit(handshake.callback(*_asked(Schema.EVENT_GRID)))
    assert address.netloc == "rp-westeurope.eventgrid.azure.net:553"
    assert address.path == "/eventsubscriptions/mine/validate"
    assert parse_qs(address.query)["id"] == [CODE]
    assert parse_qs(address.query)["token"] == ["t"]


@pytest.mark.parametrize(
    ("schema", "response", "expected"),
    [
        pytest.param(Schema.EVENT_GRID, status(200, {"validationResponse": CODE}), Agreed(), id="echo"),
        pytest.param(Schema.EVENT_GRID, status(200, {"ValidationResponse": CODE}), Agreed(), id="echo-in-pascal-case"),
        pytest.param(Schema.EVENT_GRID, status(200, {"validationResponse": "other"}), ByHand(), id="other-code"),
        pytest.param(Schema.EVENT_GRID, status(200, {"validationResponse": 5}), ByHand(), id="no-text"),
        pytest.param(Schema.EVENT_GRID, status(200, [CODE]), ByHand(), id="no-object"),
        pytest.param(Schema.EVENT_GRID, status(200), ByHand(), id="no-body"),
        pytest.param(Schema.EVENT_GRID, Response(status=200, body=b"[" * 100_000), ByHand(), id="without-end"),
        pytest.param(
            Schema.CLOUD_EVENTS, status(WebHook_Allowed_Origin="*", WebHook_Allowed_Rate="*"), Agreed(), id="all"
        ),
        pytest.param(
            Schema.CLOUD_EVENTS,
            status(webhook_allowed_origin="x, eventgrid.azure.net", webhook_allowed_rate="100"),
            Agreed(),
            id="named",
        ),
        pytest.param(
            Schema.CLOUD_EVENTS, status(WebHook_Allowed_Origin="*", WebHook_Allowed_Rate="0"), ByHand(), id="rate-zero"
        ),
        pytest.param(
            Schema.CLOUD_EVENTS,
            status(WebHook_Allowed_Origin="*", WebHook_Allowed_Rate="9" * 5000),
            ByHand(),
            id="rate-without-end",
        ),
        pytest.param(Schema.CLOUD_EVENTS, status(WebHook_Allowed_Origin="*"), ByHand(), id="no-rate"),
        pytest.param(
            Schema.CLOUD_EVENTS,
            status(WebHook_Allowed_Origin="other.example", WebHook_Allowed_Rate="*"),
            ByHand(),
            id="other-origin",
        ),
        pytest.param(Schema.CLOUD_EVENTS, status(200), ByHand(), id="silent"),
    ],
)
def test_judge(schema: Schema, response: Response, expected: object) -> None:
    assert handshake.judge(*_asked(schema), response) == expected


@pytest.mark.parametrize("schema", [pytest.param(schema, id=schema.value) for schema in Schema])
@pytest.mark.parametrize(
    ("response", "why"),
    [
        pytest.param(None, "no answer", id="none"),
        pytest.param(status(202), "202 Accepted", id="202"),
        pytest.param(status(404), "404 Not Found", id="404"),
        pytest.param(status(799), "with 799", id="unknown-status"),
    ],
)
def test_declined_says_why_and_hides_the_key(schema: Schema, response: Response | None, why: str) -> None:
    outcome = handshake.judge(*_asked(schema), response)
    assert isinstance(outcome, handshake.Declined)
    assert why in outcome.why
    assert "https://hooks.example/events" in outcome.why
    assert "very-secret" not in outcome.why
