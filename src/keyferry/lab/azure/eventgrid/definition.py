"""What an event subscription says: where its events go, which they are, in which schema, how hard to try.

https://learn.microsoft.com/azure/event-grid/subscription-creation-schema
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit


class InvalidError(ValueError):
    """The subscription cannot be so. The text is fit for a client and holds no secret."""


class Schema(StrEnum):
    """The form of delivered events."""

    EVENT_GRID = "EventGridSchema"
    CLOUD_EVENTS = "CloudEventSchemaV1_0"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAttribute:
    """A header that goes with each delivery: a fixed `value`, or the event's field that `source_field` names."""

    name: str
    value: str = field(default="", repr=False)
    secret: bool = False
    source_field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebHook:
    """An HTTPS endpoint. The query of `url` may hold a key. `tenant_id` is "" where deliveries carry no token."""

    url: str = field(repr=False)
    max_events: int = 1
    preferred_kilobytes: int = 64
    tenant_id: str = ""
    audience: str = ""
    minimum_tls: str = ""
    attributes: tuple[DeliveryAttribute, ...] = ()

    @property
    def base_url(self) -> str:
        """The address without its query."""
        return urlunsplit((*urlsplit(self.url)[:3], "", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvancedFilter:
    """One condition on a field of the event: any of the values meets it, none of them where the operator says not."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which events are delivered: all conditions hold. No `event_types` means every type."""

    event_types: tuple[str, ...] | None = None
    subject_begins_with: str = ""
    subject_ends_with: str = ""
    case_sensitive: bool = False
    advanced: tuple[AdvancedFilter, ...] = ()
    on_arrays: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """When an event is given up, whichever comes first."""

    max_attempts: int = 30
    minutes_to_live: int = 1440


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterBlob:
    """Where undeliverable events are kept. `identity` is the user-assigned identity that writes, "" for access by key.

    `identity_type` is "" where no identity is named.
    """

    resource_id: str
    container: str
    identity_type: str = ""
    identity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """All that a client writes about a subscription."""

    destination: WebHook
    filter: Filter = Filter()
    schema: Schema = Schema.EVENT_GRID
    retry: RetryPolicy = RetryPolicy()
    labels: tuple[str, ...] = ()
    expires: datetime | None = None
    dead_letter: DeadLetterBlob | None = None
