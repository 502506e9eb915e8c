import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.azure.eventgrid import reading, shapes
from keyferry.lab.azure.eventgrid.definition import (
    AdvancedFilter,
    DeadLetterBlob,
    Definition,
    Filter,
    InvalidError,
    RetryPolicy,
    Schema,
)
from tests.fakes import lab_grid
from tests.fakes.lab_grid import NOW, URL

DESTINATION = {"endpointType": "WebHook", "properties": {"endpointUrl": URL}}
BLOB = {"endpointType": "StorageBlob", "properties": {"resourceId": "/s", "blobContainerName": "dead"}}
KEPT = DeadLetterBlob(resource_id="/s", container="dead")


def _read(**fields: Any) -> Definition:
    return reading.read({"destination": DESTINATION, **fields}, NOW)


def _condition(**changes: Any) -> dict[str, Any]:
    condition = {"operatorType": "stringin", "key": "data.ObjectName", "values": ["a"], **changes}
    return {"filter": {"advancedFilters": [condition]}}


def _identity(kind: str, **more: str) -> dict[str, Any]:
    return {"deadLetterWithResourceIdentity": {"identity": {"type": kind, **more}, "deadLetterDestination": BLOB}}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param({}, {}, id="defaults"),
        pytest.param({"labels": ["a"], "filter": None, "retryPolicy": None}, {"labels": ("a",)}, id="labels"),
        pytest.param({"eventDeliverySchema": "cloudeventschemav1_0"}, {"schema": Schema.CLOUD_EVENTS}, id="schema"),
        pytest.param(
            {"retryPolicy": {"maxDeliveryAttempts": 2, "eventTimeToLiveInMinutes": 5}},
            {"retry": RetryPolicy(max_attempts=2, minutes_to_live=5)},
            id="retry",
        ),
        pytest.param(
            {"expirationTimeUtc": "2027-01-01T00:00:00Z"}, {"expires": datetime(2027, 1, 1, tzinfo=UTC)}, id="expires"
        ),
        pytest.param(
            {"expirationTimeUtc": "2027-01-01T00:00:00"}, {"expires": datetime(2027, 1, 1, tzinfo=UTC)}, id="is-utc"
        ),
        pytest.param({"expirationTimeUtc": ""}, {}, id="an-empty-instant-is-none"),
        pytest.param({"deadLetterDestination": BLOB}, {"dead_letter": KEPT}, id="dead-letters"),
        pytest.param(
            _identity("UserAssigned", userAssignedIdentity="/me"),
            {"dead_letter": replace(KEPT, identity_type="UserAssigned", identity="/me")},
            id="dead-letters-by-identity",
        ),
        pytest.param(
            {
                "filter": {
                    "includedEventTypes": ["microsoft.keyvault.secretexpired"],
                    "subjectBeginsWith": "db",
                    "subjectEndsWith": "x",
                    "isSubjectCaseSensitive": True,
                    "enableAdvancedFilteringOnArrays": True,
                }
            },
            {
                "filter": Filter(
                    event_types=("Microsoft.KeyVault.SecretExpired",),
                    subject_begins_with="db",
                    subject_ends_with="x",
                    case_sensitive=True,
                    on_arrays=True,
                )
            },
            id="filter",
        ),
        pytest.param(
            _condition(),
            {"filter": Filter(advanced=(AdvancedFilter(operator="StringIn", key="data.ObjectName", values=("a",)),))},
            id="advanced-filter",
        ),
    ],
)
def test_reads(written: dict[str, Any], expected: dict[str, Any]) -> None:
    assert _read(**written) == replace(lab_grid.HOOK, **expected)


def test_a_patch_changes_what_it_names_alone() -> None:
    base = _read(labels=["a"], eventDeliverySchema="CloudEventSchemaV1_0", deadLetterDestination=BLOB)
    patched = reading.read({"labels": ["b"]}, NOW, base)
    assert patched == replace(base, labels=("b",))
    other = {"endpointType": "WebHook", "properties": {"endpointUrl": "https://other.example/"}}
    assert reading.read({"destination": other}, NOW, base).destination.url == "https://other.example/"


@pytest.mark.parametrize(
    ("written", "named"),
    [
        pytest.param({"destination": None}, "endpointType", id="no-destination"),
        pytest.param({"deliveryWithResourceIdentity": {"x": 1}}, "not for webhooks", id="delivery-by-identity"),
        pytest.param({"eventDeliverySchema": "CustomInputSchema"}, "eventDeliverySchema", id="schema"),
        pytest.param({"filter": []}, None, id="an-empty-list-is-nothing"),
        pytest.param({"filter": {"includedEventTypes": ["All"]}}, "includedEventTypes", id="type"),
        pytest.param(_condition(operatorType="NumberIn"), "StringIn", id="operator"),
        pytest.param(_condition(key="eventTime"), "data\\.", id="key"),
        pytest.param(_condition(values=[]), "one value at least", id="no-values"),
        pytest.param(_condition(values=["a"] * 26), "at most 25", id="values"),
        pytest.param({"filter": {"advancedFilters": [{}] * 26}}, "at most 25", id="conditions"),
        pytest.param(
            {"filter": {"advancedFilters": _condition(values=["a"] * 13)["filter"]["advancedFilters"] * 2}},
            "25 values",
            id="values-in-all",
        ),
        pytest.param({"retryPolicy": {"maxDeliveryAttempts": 31}}, "1 to 30", id="attempts"),
        pytest.param({"retryPolicy": {"eventTimeToLiveInMinutes": 0}}, "1 to 1440", id="minutes"),
        pytest.param({"expirationTimeUtc": "soon"}, "ISO 8601", id="no-instant"),
        pytest.param({"expirationTimeUtc": "9999-12-31T23:59:59-12:00"}, "ISO 8601", id="after-the-last-day"),
        pytest.param({"expirationTimeUtc": "2020-01-01T00:00:00Z"}, "future", id="past"),
        pytest.param({"deadLetterDestination": {"endpointType": "Queue"}}, "StorageBlob", id="dead-letter-kind"),
        pytest.param(_identity("Nobody"), "SystemAssigned", id="identity"),
    ],
)
def test_refuses(written: dict[str, Any], named: str | None) -> None:
    if named is None:
        assert _read(**written) == lab_grid.HOOK
        return
    with pytest.raises(InvalidError, match=named):
        _read(**written)


def test_conditions_use_the_names_of_their_schema() -> None:
    with pytest.raises(InvalidError, match="source"):
        _read(eventDeliverySchema="CloudEventSchemaV1_0", **_condition(key="topic"))


NAMES = (
    *("destination", "endpointType", "properties", "endpointUrl", "filter", "advancedFilters", "operatorType", "key"),
    *("values", "retryPolicy", "labels", "expirationTimeUtc", "deadLetterDestination", "eventDeliverySchema", "type"),
    *("deliveryAttributeMappings", "name", "value", "isSecret", "sourceField", "includedEventTypes", "identity"),
)
WORDS = ("WebHook", URL, "StorageBlob", "Static", "Dynamic", "StringIn", "subject", "SystemAssigned", "EventGridSchema")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9000) | st.text(max_size=5) | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=25,
)


@given(content=JSON, broken=st.sampled_from([(), ("destination",)]))
def test_whatever_comes_is_read_or_refused(content: Any, broken: tuple[str, ...]) -> None:
    given_in = {"destination": DESTINATION, **content} if isinstance(content, dict) and not broken else content
    try:
        definition = reading.read(given_in, NOW)
    except InvalidError:
        return
    shown = shapes.subscription(lab_grid.only(lab_grid.subscribed(definition)))
    assert json.loads(json.dumps(shown)) == shown
