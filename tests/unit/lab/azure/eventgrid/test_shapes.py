import json
from dataclasses import replace

from keyferry.lab.azure.eventgrid import reading, shapes
from keyferry.lab.azure.eventgrid.definition import (
    AdvancedFilter,
    DeadLetterBlob,
    Definition,
    DeliveryAttribute,
    Filter,
    RetryPolicy,
    Schema,
    WebHook,
)
from keyferry.lab.azure.eventgrid.state import Operation, Progress, Subscription, SystemTopic
from tests.fakes import lab_grid
from tests.fakes.lab_grid import NOW, URL, later

FULL = Definition(
    destination=WebHook(
        url=URL,
        max_events=7,
        preferred_kilobytes=8,
        tenant_id="t",
        audience="api://a",
        minimum_tls="1.2",
        attributes=(
            DeliveryAttribute(name="x-secret", value="sesame", secret=True),
            DeliveryAttribute(name="x-plain", value="seen"),
            DeliveryAttribute(name="x-name", source_field="subject"),
        ),
    ),
    filter=Filter(
        event_types=("Microsoft.KeyVault.SecretExpired",),
        advanced=(AdvancedFilter(operator="StringIn", key="subject", values=("a",)),),
    ),
    schema=Schema.CLOUD_EVENTS,
    retry=RetryPolicy(max_attempts=3, minutes_to_live=4),
    labels=("l",),
    expires=later(days=1),
    dead_letter=DeadLetterBlob(resource_id="/s", container="dead", identity_type="UserAssigned", identity="/me"),
)


def _subscription(definition: Definition) -> Subscription:
    return lab_grid.only(lab_grid.subscribed(definition))


def test_hides_the_query_and_secret_headers() -> None:
    shown = json.dumps(shapes.subscription(_subscription(FULL)))
    assert "very-secret" not in shown
    assert "sesame" not in shown
    assert "https://hooks.example/events" in shown
    assert "seen" in shown


def test_what_is_shown_reads_back_once_the_hidden_is_put_in() -> None:
    properties = shapes.subscription(_subscription(FULL))["properties"]
    properties["destination"]["properties"]["endpointUrl"] = URL
    properties["destination"]["properties"]["deliveryAttributeMappings"][0]["properties"]["value"] = "sesame"
    assert reading.read(properties, NOW) == FULL


def test_what_is_not_set_is_not_shown() -> None:
    properties = shapes.subscription(_subscription(lab_grid.HOOK))["properties"]
    assert set(properties["destination"]["properties"]) == {
        "endpointUrl",
        "endpointBaseUrl",
        "maxEventsPerBatch",
        "preferredBatchSizeInKilobytes",
    }
    assert "deadLetterDestination" not in properties
    assert "includedEventTypes" not in properties["filter"]


def test_dead_letters_without_an_identity() -> None:
    kept = replace(lab_grid.HOOK, dead_letter=DeadLetterBlob(resource_id="/s", container="dead"))
    shown = shapes.subscription(_subscription(kept))["properties"]["deadLetterDestination"]
    assert shown == {"endpointType": "StorageBlob", "properties": {"resourceId": "/s", "blobContainerName": "dead"}}
    own = replace(
        lab_grid.HOOK, dead_letter=DeadLetterBlob(resource_id="/s", container="d", identity_type="SystemAssigned")
    )
    identity = shapes.subscription(_subscription(own))["properties"]["deadLetterWithResourceIdentity"]["identity"]
    assert identity == {"type": "SystemAssigned"}


def test_while_an_endpoint_is_asked_its_definition_is_shown() -> None:
    grid = lab_grid.subscribed()
    other = replace(lab_grid.HOOK, destination=WebHook(url="https://other.example/"))
    grid.subscriptions.put(lab_grid.subscription_id(), lab_grid.SOURCE, other, NOW)
    properties = shapes.subscription(lab_grid.only(grid))["properties"]
    assert properties["provisioningState"] == "Updating"
    assert properties["destination"]["properties"]["endpointBaseUrl"] == "https://other.example/"


def test_the_type_tells_where_it_hangs() -> None:
    known = _subscription(lab_grid.HOOK)
    assert shapes.subscription(known)["type"] == "Microsoft.EventGrid/eventSubscriptions"
    known.id = "/x/providers/Microsoft.EventGrid/systemTopics/t/eventSubscriptions/s"
    assert shapes.subscription(known)["type"] == "Microsoft.EventGrid/systemTopics/eventSubscriptions"


def test_the_full_url_and_headers_for_those_who_may() -> None:
    known = _subscription(FULL)
    assert shapes.full_url(known) == {"endpointUrl": URL}
    values = [each["properties"].get("value") for each in shapes.attributes(known)["value"]]
    assert values == ["Hidden", "seen", None]


def test_topic() -> None:
    topic = SystemTopic(id="/t", name="t", source="/v", location="westeurope", metric_resource_id="m", tags={"a": "b"})
    shown = shapes.topic(topic)
    assert (shown["type"], shown["tags"]) == ("Microsoft.EventGrid/systemTopics", {"a": "b"})
    assert shown["properties"]["topicType"] == "Microsoft.KeyVault.vaults"


def test_operation() -> None:
    operation = Operation(id="o", subscription_id="s", location="l", started=NOW)
    running = shapes.operation(operation, "/o")
    assert (running["status"], "endTime" in running, "error" in running) == ("InProgress", False, False)
    operation.progress, operation.ended, operation.code, operation.message = Progress.FAILED, NOW, "c", "m"
    assert shapes.operation(operation, "/o")["error"] == {"code": "c", "message": "m"}
