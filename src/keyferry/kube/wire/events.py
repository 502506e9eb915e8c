"""Events of core/v1 as `kubectl describe` shows them: bodies, and the patch that counts a repetition.

Source: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ and, for the fields of core/v1,
k8s.io/api/core/v1 `Event`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

from keyferry.kube.wire.objects import Key

NORMAL: Final = "Normal"
WARNING: Final = "Warning"
EventType = Literal["Normal", "Warning"]

MESSAGE_LIMIT: Final = 1024  # bytes, the API's own
_NAME_LIMIT: Final = 253


class ObjectReference(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True, omit_defaults=True):
    """The object an event is about. `kubectl describe` finds events by its name, namespace and uid."""

    api_version: str
    kind: str
    name: str
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """Something happened to an object. `message` holds no value."""

    involved: ObjectReference
    type: EventType
    reason: str
    message: str


class _Meta(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    name: str
    namespace: str


class _Source(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    component: str


class _Event(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    api_version: str = "v1"
    kind: str = "Event"
    metadata: _Meta
    involved_object: ObjectReference
    type: str
    reason: str
    message: str
    source: _Source
    reporting_component: str
    reporting_instance: str
    first_timestamp: str
    last_timestamp: str
    count: int


class _Repeated(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    count: int
    last_timestamp: str


def key(occurrence: Occurrence, serial: str) -> Key:
    """Name the event by the object and a serial, in the object's namespace (`default` for the cluster's objects)."""
    involved = occurrence.involved
    head = involved.name[: _NAME_LIMIT - 1 - len(serial)].rstrip(".-")
    return Key(namespace=involved.namespace or "default", name=f"{head}.{serial}")


def body(event: Key, occurrence: Occurrence, component: str, instance: str, now: datetime) -> bytes:
    """Encode a first occurrence."""
    return msgspec.json.encode(
        _Event(
            metadata=_Meta(name=event.name, namespace=event.namespace),
            involved_object=occurrence.involved,
            type=occurrence.type,
            reason=occurrence.reason,
            message=occurrence.message,
            source=_Source(component=component),
            reporting_component=component,
            reporting_instance=instance,
            first_timestamp=timestamp(now),
            last_timestamp=timestamp(now),
            count=1,
        ),
    )


def repetition(count: int, now: datetime) -> bytes:
    """Encode the merge patch that says it happened `count` times, the last time now."""
    return msgspec.json.encode(_Repeated(count=count, last_timestamp=timestamp(now)))


def cut(message: str) -> str:
    """Return the message in at most `MESSAGE_LIMIT` bytes, cut between characters."""
    encoded = message.encode()
    if len(encoded) <= MESSAGE_LIMIT:
        return message
    return encoded[: MESSAGE_LIMIT - 3].decode(errors="ignore") + "…"


def timestamp(now: datetime) -> str:
    """Return an instant as metav1.Time is written: UTC, whole seconds."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
