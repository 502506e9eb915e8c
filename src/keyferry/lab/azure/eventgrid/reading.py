"""From a client's JSON to a `Definition`.

https://learn.microsoft.com/azure/event-grid/subscription-creation-schema
https://learn.microsoft.com/azure/event-grid/event-filtering#limitations
"""

from datetime import UTC, datetime
from typing import Final

from keyferry.lab.azure.eventgrid import webhook_reading
from keyferry.lab.azure.eventgrid.definition import (
    AdvancedFilter,
    DeadLetterBlob,
    Definition,
    Filter,
    InvalidError,
    RetryPolicy,
    Schema,
)
from keyferry.lab.azure.eventgrid.events import TYPES
from keyferry.lab.azure.eventgrid.fields import Fields
from keyferry.lab.azure.eventgrid.filters import OPERATORS

MAX_ADVANCED: Final = 25  # conditions, and values in all of them together
_TYPES: Final = {each.lower(): each for each in TYPES}
_OPERATORS: Final = {each.lower(): each for each in OPERATORS}
_PLAIN_KEYS: Final = {
    Schema.EVENT_GRID: ("id", "topic", "subject", "eventtype", "dataversion"),
    Schema.CLOUD_EVENTS: ("id", "source", "subject", "type", "specversion"),
}
_IDENTITIES: Final = ("systemassigned", "userassigned")


def read(content: object, now: datetime, base: Definition | None = None, path: str = "properties") -> Definition:
    """Return what the client wrote; what it left out is as in `base`, which is what a PATCH changes.

    InvalidError names the field that is wrong.
    """
    fields = Fields(content, path)
    if fields.has("deliveryWithResourceIdentity"):
        raise InvalidError(
            f"'{fields.at('deliveryWithResourceIdentity')}' is not for webhooks, and the lab delivers nowhere else."
        )
    old = base or Definition(destination=webhook_reading.read(fields.inner("destination")))
    schema = _schema(fields, old)
    return Definition(
        destination=webhook_reading.read(fields.inner("destination")) if fields.has("destination") else old.destination,
        filter=_filter(fields.inner("filter"), schema) if fields.has("filter") else old.filter,
        schema=schema,
        retry=_retry(fields.inner("retryPolicy")) if fields.has("retryPolicy") else old.retry,
        labels=fields.texts("labels", 100) if fields.has("labels") else old.labels,
        expires=_expires(fields, now) if fields.has("expirationTimeUtc") else old.expires,
        dead_letter=_dead_letter(fields, old),
    )


def _schema(fields: Fields, old: Definition) -> Schema:
    written = fields.text("eventDeliverySchema", old.schema.value)
    for schema in Schema:
        if schema.value.lower() == written.lower():
            return schema
    raise InvalidError(
        f"'{fields.at('eventDeliverySchema')}' must be one of {', '.join(Schema)} for the events of a vault."
    )


def _filter(fields: Fields, schema: Schema) -> Filter:
    names = fields.texts("includedEventTypes", len(TYPES)) if fields.has("includedEventTypes") else None
    for name in names or ():
        if name.lower() not in _TYPES:
            raise InvalidError(f"'{fields.at('includedEventTypes')}' may have these alone: {', '.join(TYPES)}.")
    advanced = tuple(_condition(each, schema) for each in fields.each("advancedFilters", MAX_ADVANCED))
    if sum(len(each.values) for each in advanced) > MAX_ADVANCED:
        raise InvalidError(f"'{fields.at('advancedFilters')}' may have {MAX_ADVANCED} values in all.")
    return Filter(
        event_types=None if names is None else tuple(_TYPES[name.lower()] for name in names),
        subject_begins_with=fields.text("subjectBeginsWith", ""),
        subject_ends_with=fields.text("subjectEndsWith", ""),
        case_sensitive=fields.flag("isSubjectCaseSensitive"),
        advanced=advanced,
        on_arrays=fields.flag("enableAdvancedFilteringOnArrays"),
    )


def _condition(fields: Fields, schema: Schema) -> AdvancedFilter:
    operator = _OPERATORS.get(fields.text("operatorType").lower())
    if operator is None:
        raise InvalidError(f"'{fields.at('operatorType')}' must be one of those the lab knows: {', '.join(OPERATORS)}.")
    key = fields.text("key")
    if key.lower() not in _PLAIN_KEYS[schema] and not key.lower().startswith("data."):
        known = ", ".join(_PLAIN_KEYS[schema])
        raise InvalidError(f"'{fields.at('key')}' must be one of {known}, or begin with 'data.'.")
    values = fields.texts("values", MAX_ADVANCED)
    if not values:
        raise InvalidError(f"'{fields.at('values')}' must have one value at least.")
    return AdvancedFilter(operator=operator, key=key, values=values)


def _retry(fields: Fields) -> RetryPolicy:
    return RetryPolicy(
        max_attempts=fields.number("maxDeliveryAttempts", 30, 1, 30),
        minutes_to_live=fields.number("eventTimeToLiveInMinutes", 1440, 1, 1440),
    )


def _expires(fields: Fields, now: datetime) -> datetime | None:
    """An empty text is as good as none, as Terraform's provider sends it where nothing expires."""
    written = fields.text("expirationTimeUtc", "", most=64)
    if not written:
        return None
    try:
        instant = datetime.fromisoformat(written)
        instant = instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # the second at the ends of the calendar
        raise InvalidError(f"'{fields.at('expirationTimeUtc')}' must be an instant in ISO 8601.") from None
    if instant <= now:
        raise InvalidError(f"'{fields.at('expirationTimeUtc')}' must be in the future.")
    return instant


def _dead_letter(fields: Fields, old: Definition) -> DeadLetterBlob | None:
    if fields.has("deadLetterWithResourceIdentity"):
        outer = fields.inner("deadLetterWithResourceIdentity")
        identity = outer.inner("identity")
        kind = identity.text("type")
        if kind.lower() not in _IDENTITIES:
            raise InvalidError(f"'{identity.at('type')}' must be SystemAssigned or UserAssigned.")
        return _blob(outer.inner("deadLetterDestination"), kind, identity.text("userAssignedIdentity", ""))
    if fields.has("deadLetterDestination"):
        return _blob(fields.inner("deadLetterDestination"), "", "")
    return old.dead_letter


def _blob(fields: Fields, identity_type: str, identity: str) -> DeadLetterBlob:
    if fields.text("endpointType").lower() != "storageblob":
        raise InvalidError(f"'{fields.at('endpointType')}' must be StorageBlob.")
    inner = fields.inner("properties")
    return DeadLetterBlob(
        resource_id=inner.text("resourceId"),
        container=inner.text("blobContainerName", most=63),
        identity_type=identity_type,
        identity=identity,
    )
