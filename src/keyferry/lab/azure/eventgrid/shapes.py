"""Subscriptions, topics and operations as ARM shows them. What a client must not see again is hidden here."""

from typing import Any, Final

from keyferry.lab.azure.eventgrid import envelope
from keyferry.lab.azure.eventgrid.definition import DeadLetterBlob, Definition, DeliveryAttribute, Filter, WebHook
from keyferry.lab.azure.eventgrid.state import Operation, Progress, Subscription, SystemTopic

SUBSCRIPTION_TYPE: Final = "Microsoft.EventGrid/eventSubscriptions"
TOPIC_TYPE: Final = "Microsoft.EventGrid/systemTopics"
TOPIC_SUBSCRIPTION_TYPE: Final = f"{TOPIC_TYPE}/eventSubscriptions"
VAULTS: Final = "Microsoft.KeyVault.vaults"
HIDDEN: Final = "Hidden"


def subscription(shown: Subscription) -> dict[str, Any]:
    """Return a subscription without the query of its URL and without its secret headers.

    While an endpoint is being asked, the definition is the one it was asked about.
    """
    definition = shown.definition if shown.handshake is None else shown.handshake.definition
    below_topic = "/systemtopics/" in shown.id.lower()
    return {
        "id": shown.id,
        "name": shown.name,
        "type": TOPIC_SUBSCRIPTION_TYPE if below_topic else SUBSCRIPTION_TYPE,
        "properties": {
            "topic": shown.source,
            "provisioningState": shown.provisioning.value,
            "labels": list(definition.labels),
            "eventDeliverySchema": definition.schema.value,
            "filter": _filter(definition.filter),
            "destination": _webhook(definition.destination),
            "retryPolicy": {
                "maxDeliveryAttempts": definition.retry.max_attempts,
                "eventTimeToLiveInMinutes": definition.retry.minutes_to_live,
            },
            **_optional(definition),
        },
    }


def full_url(shown: Subscription) -> dict[str, Any]:
    """Return the whole address, which may hold a key."""
    return {"endpointUrl": shown.definition.destination.url}


def attributes(shown: Subscription) -> dict[str, Any]:
    """Return the subscription's own headers with their values; a secret one stays hidden."""
    return {"value": [_attribute(each) for each in shown.definition.destination.attributes]}


def topic(shown: SystemTopic) -> dict[str, Any]:
    """Return a system topic."""
    return {
        "id": shown.id,
        "name": shown.name,
        "type": TOPIC_TYPE,
        "location": shown.location,
        "tags": shown.tags,
        "properties": {
            "provisioningState": "Succeeded",
            "source": shown.source,
            "topicType": VAULTS,
            "metricResourceId": shown.metric_resource_id,
        },
    }


def operation(shown: Operation, address: str) -> dict[str, Any]:
    """Return how far a long-running operation is: https://learn.microsoft.com/azure/azure-resource-manager/async-api."""
    content: dict[str, Any] = {
        "id": address,
        "name": shown.id,
        "status": shown.progress.value,
        "startTime": envelope.instant(shown.started),
    }
    if shown.ended is not None:
        content["endTime"] = envelope.instant(shown.ended)
    if shown.progress is Progress.FAILED:
        content["error"] = {"code": shown.code, "message": shown.message}
    return content


def _filter(shown: Filter) -> dict[str, Any]:
    content: dict[str, Any] = {
        "subjectBeginsWith": shown.subject_begins_with,
        "subjectEndsWith": shown.subject_ends_with,
        "isSubjectCaseSensitive": shown.case_sensitive,
        "enableAdvancedFilteringOnArrays": shown.on_arrays,
    }
    if shown.event_types is not None:
        content["includedEventTypes"] = list(shown.event_types)
    if shown.advanced:
        content["advancedFilters"] = [
            {"operatorType": each.operator, "key": each.key, "values": list(each.values)} for each in shown.advanced
        ]
    return content


def _webhook(shown: WebHook) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "endpointUrl": None,
        "endpointBaseUrl": shown.base_url,
        "maxEventsPerBatch": shown.max_events,
        "preferredBatchSizeInKilobytes": shown.preferred_kilobytes,
    }
    if shown.tenant_id:
        properties["azureActiveDirectoryTenantId"] = shown.tenant_id
        properties["azureActiveDirectoryApplicationIdOrUri"] = shown.audience
    if shown.minimum_tls:
        properties["minimumTlsVersionAllowed"] = shown.minimum_tls
    if shown.attributes:
        properties["deliveryAttributeMappings"] = [_attribute(each) for each in shown.attributes]
    return {"endpointType": "WebHook", "properties": properties}


def _attribute(shown: DeliveryAttribute) -> dict[str, Any]:
    if shown.source_field:
        return {"name": shown.name, "type": "Dynamic", "properties": {"sourceField": shown.source_field}}
    value = HIDDEN if shown.secret else shown.value
    return {"name": shown.name, "type": "Static", "properties": {"value": value, "isSecret": shown.secret}}


def _optional(definition: Definition) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if definition.expires is not None:
        content["expirationTimeUtc"] = envelope.instant(definition.expires)
    if definition.dead_letter is not None:
        content |= _dead_letter(definition.dead_letter)
    return content


def _dead_letter(shown: DeadLetterBlob) -> dict[str, Any]:
    blob = {
        "endpointType": "StorageBlob",
        "properties": {"resourceId": shown.resource_id, "blobContainerName": shown.container},
    }
    if not shown.identity_type:
        return {"deadLetterDestination": blob}
    identity = {"type": shown.identity_type}
    if shown.identity:
        identity["userAssignedIdentity"] = shown.identity
    return {"deadLetterWithResourceIdentity": {"identity": identity, "deadLetterDestination": blob}}
