"""Asking an endpoint whether it wants events: the validation event, and the CloudEvents OPTIONS request.

https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema
https://learn.microsoft.com/azure/event-grid/end-point-validation-cloud-events-schema
https://github.com/cloudevents/spec/blob/v1.0.1/http-webhook.md#4-abuse-protection
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from keyferry.lab.azure.eventgrid import addressing, envelope
from keyferry.lab.azure.eventgrid.bearer import Tokens
from keyferry.lab.azure.eventgrid.definition import Schema
from keyferry.lab.azure.eventgrid.delivery import Delivery, Kind
from keyferry.lab.azure.eventgrid.state import Handshake, Subscription
from keyferry.lab.world.http import Response

EVENT_TYPE: Final = "Microsoft.EventGrid.SubscriptionValidationEvent"
CALLBACK_PORT: Final = 553
MANUAL_TIME: Final = timedelta(minutes=5)
ANSWER_TIME: Final = timedelta(seconds=45)  # past the 30 s that the request has; then it counts as unanswered
RATE: Final = "120"  # requests a minute; which rate the service asks for is from memory
FAILURE_CODE: Final = "URL validation"
_RATE: Final = re.compile(r"\*|[1-9][0-9]{0,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """The endpoint wants the events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """The endpoint took the question without an answer: somebody may still open the callback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """The endpoint failed; `why` is fit for a client."""

    why: str


def callback(subscription: Subscription, handshake: Handshake) -> str:
    """Return the address that confirms the subscription when it is opened."""
    query = {"id": handshake.code, "t": envelope.instant(handshake.deadline), "token": handshake.token}
    host = f"{subscription.callback_host}:{CALLBACK_PORT}"
    return f"https://{host}/eventsubscriptions/{subscription.name.lower()}/validate?{urlencode(query)}"


def request(subscription: Subscription, handshake: Handshake, tokens: Tokens, now: datetime) -> Delivery:
    """Return the request that asks, in the way of the schema."""
    definition = handshake.definition
    headers = (
        *addressing.about(Kind.VALIDATION, subscription.name),
        *addressing.fixed(definition),
        *addressing.token(definition, tokens, now),
    )
    if definition.schema is Schema.CLOUD_EVENTS:
        method, body = "OPTIONS", b""
        headers += (
            ("WebHook-Request-Origin", origin(subscription)),
            ("WebHook-Request-Callback", callback(subscription, handshake)),
            ("WebHook-Request-Rate", RATE),
        )
    else:
        method, body = "POST", _validation_event(subscription, handshake, now)
        headers += (("Content-Type", "application/json; charset=utf-8"),)
    return Delivery(
        kind=Kind.VALIDATION,
        subscription=subscription.id.lower(),
        method=method,
        url=definition.destination.url,
        headers=headers,
        body=body,
        code=handshake.code,
    )


def judge(subscription: Subscription, handshake: Handshake, response: Response | None) -> Agreed | ByHand | Declined:
    """Return what the endpoint's answer means; None is no answer in time."""
    address = handshake.definition.destination.base_url
    if response is None:
        return Declined(why=f"The webhook at {address} gave no answer to the validation request.")
    if response.status != 200:
        said = _reason(response.status)
        return Declined(why=f"The webhook at {address} answered the validation request with {said}, and not with 200.")
    if handshake.definition.schema is Schema.CLOUD_EVENTS:
        return Agreed() if _allows(response, origin(subscription)) else ByHand()
    return Agreed() if _echoed(response.body) == handshake.code else ByHand()


def origin(subscription: Subscription) -> str:
    """Return the name under which this cloud's Event Grid asks."""
    return subscription.callback_host.partition(".")[2]


def _validation_event(subscription: Subscription, handshake: Handshake, now: datetime) -> bytes:
    event = {
        "id": handshake.operation,
        "topic": subscription.source,
        "subject": "",
        "data": {"validationCode": handshake.code, "validationUrl": callback(subscription, handshake)},
        "eventType": EVENT_TYPE,
        "eventTime": envelope.instant(now),
        "metadataVersion": envelope.METADATA_VERSION,
        "dataVersion": "2",
    }
    return json.dumps([event]).encode()


def _echoed(body: bytes) -> str | None:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    fields = {str(name).lower(): value for name, value in content.items()} if isinstance(content, Mapping) else {}
    echoed = fields.get("validationresponse")
    return echoed if isinstance(echoed, str) else None


def _allows(response: Response, asked: str) -> bool:
    """An origin and a rate must be allowed, because both were asked for."""
    headers = {name.lower(): value.strip() for name, value in response.headers}
    rate = headers.get("webhook-allowed-rate", "")
    allowed = {each.strip().lower() for each in headers.get("webhook-allowed-origin", "").split(",")}
    return bool(allowed & {"*", asked}) and _RATE.fullmatch(rate) is not None


def _reason(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
