from typing import Any

import pytest

from keyferry.lab.azure import seed
from keyferry.lab.azure.seed.declaration import EventsSeed, EventSubscriptionSeed
from keyferry.lab.azure.seed.fields import SeedError
from tests.fakes import lab_azure

URL = "https://hooks.example:8443/events?key=sesame"
MINE = {"name": "mine", "vault": "KV-one", "endpointUrl": URL}


def _parse(**events: Any) -> EventsSeed:
    return seed.parse(lab_azure.document(events=events)).events


def _mine(**changes: Any) -> EventSubscriptionSeed:
    (subscription,) = _parse(subscriptions=[{**MINE, **changes}]).subscriptions
    return subscription


def test_without_a_word_there_is_no_subscription() -> None:
    assert _parse() == EventsSeed()


def test_what_is_left_out_is_as_in_the_service() -> None:
    subscription = _mine()
    assert subscription.vault_id.endswith("/vaults/kv-one")
    assert (subscription.endpoint_url, subscription.schema) == (URL, "EventGridSchema")
    assert (subscription.event_types, subscription.max_events_per_batch, subscription.max_attempts) == (None, 1, 30)
    assert (subscription.minutes_to_live, subscription.dead_letters, subscription.token_tenant_id) == (1440, False, "")
    assert "sesame" not in repr(subscription)


def test_everything_of_a_subscription() -> None:
    subscription = _mine(
        schema="CloudEventSchemaV1_0",
        eventTypes=["Microsoft.KeyVault.SecretExpired", "Microsoft.KeyVault.VaultAccessPolicyChanged"],
        subjectBeginsWith="db",
        subjectEndsWith="x",
        maxEventsPerBatch=5,
        maxDeliveryAttempts=2,
        eventTimeToLiveInMinutes=3,
        deadLetters=True,
        token={"tenantId": lab_azure.TENANT, "audience": "api://hook"},
    )
    assert subscription.event_types == (
        "Microsoft.KeyVault.SecretExpired",
        "Microsoft.KeyVault.VaultAccessPolicyChanged",
    )
    assert (subscription.subject_begins_with, subscription.subject_ends_with) == ("db", "x")
    assert (subscription.max_events_per_batch, subscription.max_attempts, subscription.minutes_to_live) == (5, 2, 3)
    assert (subscription.token_tenant_id, subscription.token_audience) == (lab_azure.TENANT, "api://hook")


def test_knobs() -> None:
    assert _parse(retrySeconds=[1, 60], duplicateEvery=3, unordered=True) == EventsSeed(
        retry_seconds=(1, 60), duplicate_every=3, unordered=True
    )


@pytest.mark.parametrize(
    ("change", "path"),
    [
        pytest.param({"name": "a_b"}, "name", id="name"),
        pytest.param({"vault": "none"}, "vault", id="vault"),
        pytest.param({"endpointUrl": "http://sesame.example"}, "endpointUrl", id="http"),
        pytest.param({"endpointUrl": f"https://sesame/{'a' * 2048}"}, "endpointUrl", id="long-url"),
        pytest.param({"endpointUrl": "https://hooks.example/ä"}, "endpointUrl", id="url-not-ascii"),
        pytest.param({"schema": "Other"}, "schema", id="schema"),
        pytest.param({"eventTypes": ["SecretExpired"]}, "eventTypes", id="type"),
        pytest.param({"maxEventsPerBatch": 0}, "maxEventsPerBatch", id="batch"),
        pytest.param({"token": {"tenantId": "none"}}, "token.tenantId", id="tenant"),
        pytest.param({"token": {"tenantId": lab_azure.TENANT}}, "token.audience", id="audience"),
        pytest.param({"colour": "red"}, "colour", id="unknown-key"),
    ],
)
def test_refuses_a_subscription(change: dict[str, Any], path: str) -> None:
    with pytest.raises(SeedError) as refusal:
        _mine(**change)
    assert refusal.value.path == f"events.subscriptions[0].{path}"
    assert "sesame" not in str(refusal.value)


@pytest.mark.parametrize(
    ("events", "path"),
    [
        pytest.param({"subscriptions": [MINE, {**MINE, "name": "MINE"}]}, "events.subscriptions", id="twice"),
        pytest.param({"retrySeconds": 5}, "events.retrySeconds", id="no-list"),
        pytest.param({"retrySeconds": []}, "events.retrySeconds", id="no-wait"),
        pytest.param({"retrySeconds": [0]}, "events.retrySeconds", id="zero"),
        pytest.param({"retrySeconds": [True]}, "events.retrySeconds", id="no-number"),
        pytest.param({"duplicateEvery": -1}, "events.duplicateEvery", id="negative"),
        pytest.param({"unknown": 1}, "events.unknown", id="unknown-key"),
    ],
)
def test_refuses(events: dict[str, Any], path: str) -> None:
    with pytest.raises(SeedError) as refusal:
        _parse(**events)
    assert refusal.value.path == path
