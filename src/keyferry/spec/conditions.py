"""Statuses as values: read from an object, changed by rule, and built again for the API server.

A status that equals the one read needs no write. Instants have a resolution of one second, as the API's do.
Called by sync.observe (read), sync.plan (change and compare) and sync.apply (to_document).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

READY: Final = "Ready"


class ConditionStatus(StrEnum):
    """`status` of a condition."""

    TRUE = "True"
    FALSE = "False"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One aspect of an object's state. `last_transition_time` says when `status` changed, None when nobody knows."""

    type: str
    status: ConditionStatus
    reason: str
    message: str
    last_transition_time: datetime | None = None

    def to_document(self) -> dict[str, Any]:
        """Return the condition as the API server takes it."""
        fields: dict[str, Any] = {"type": self.type, "status": str(self.status)}
        fields |= {"reason": self.reason, "message": self.message}
        return fields | _time("lastTransitionTime", self.last_transition_time)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalSecretStatus:
    """The status of an ExternalSecret. `refresh_time` is when values were read last, whatever happened since."""

    refresh_time: datetime | None = None
    synced_resource_version: str = ""
    conditions: tuple[Condition, ...] = ()
    binding_name: str = ""

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "ExternalSecretStatus":
        """Return the status that an object carries; what does not have the form of the API counts as absent."""
        status = _mapping(document.get("status"))
        return cls(
            refresh_time=_instant(status.get("refreshTime")),
            synced_resource_version=_text(status.get("syncedResourceVersion")),
            conditions=_conditions(status.get("conditions")),
            binding_name=_text(_mapping(status.get("binding")).get("name")),
        )

    def to_document(self) -> dict[str, Any]:
        """Return the content of `status` as the API server takes it."""
        fields = _time("refreshTime", self.refresh_time)
        if self.synced_resource_version:
            fields["syncedResourceVersion"] = self.synced_resource_version
        fields["conditions"] = [condition.to_document() for condition in self.conditions]
        if self.binding_name:
            fields["binding"] = {"name": self.binding_name}
        return fields


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretStoreStatus:
    """The status of a SecretStore. `capabilities` is "" until the store was found valid once."""

    capabilities: str = ""
    conditions: tuple[Condition, ...] = ()

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "SecretStoreStatus":
        """Return the status that an object carries; what does not have the form of the API counts as absent."""
        status = _mapping(document.get("status"))
        return cls(capabilities=_text(status.get("capabilities")), conditions=_conditions(status.get("conditions")))

    def to_document(self) -> dict[str, Any]:
        """Return the content of `status` as the API server takes it."""
        fields: dict[str, Any] = {"capabilities": self.capabilities} if self.capabilities else {}
        fields["conditions"] = [condition.to_document() for condition in self.conditions]
        return fields


def ready(*, is_ready: bool, reason: str, message: str) -> Condition:
    """Return a Ready condition that has no time yet; `with_condition` gives it one."""
    status = ConditionStatus.TRUE if is_ready else ConditionStatus.FALSE
    return Condition(type=READY, status=status, reason=reason, message=message)


def with_condition(present: tuple[Condition, ...], wanted: Condition, now: datetime) -> tuple[Condition, ...]:
    """Return the conditions with `wanted` in the place of its type; its time moves only when its status flips.

    A condition that says the same already stays as it is, so the result equals `present` and no write is needed.
    """
    old = find(present, wanted.type)
    same = old is not None and old.status is wanted.status
    dated = Condition(
        type=wanted.type,
        status=wanted.status,
        reason=wanted.reason,
        message=wanted.message,
        last_transition_time=old.last_transition_time if old is not None and same else to_seconds(now),
    )
    if old is None:
        return (*present, dated)
    return tuple(dated if condition is old else condition for condition in present)


def find(conditions: tuple[Condition, ...], type_: str) -> Condition | None:
    """Return the condition of a type, None where there is none."""
    return next((condition for condition in conditions if condition.type == type_), None)


def to_seconds(instant: datetime) -> datetime:
    """Return the instant as the API server will give it back: UTC, whole seconds."""
    return instant.astimezone(UTC).replace(microsecond=0)


def _conditions(found: object) -> tuple[Condition, ...]:
    entries = found if isinstance(found, Sequence) and not isinstance(found, str) else ()
    statuses = set(ConditionStatus)
    return tuple(
        Condition(
            type=_text(entry.get("type")),
            status=ConditionStatus(entry["status"]),
            reason=_text(entry.get("reason")),
            message=_text(entry.get("message")),
            last_transition_time=_instant(entry.get("lastTransitionTime")),
        )
        for entry in map(_mapping, entries)
        if entry.get("status") in statuses
    )


def _mapping(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""


def _time(field: str, instant: datetime | None) -> dict[str, Any]:
    return {field: to_seconds(instant).isoformat().replace("+00:00", "Z")} if instant else {}


def _instant(found: object) -> datetime | None:
    try:
        instant = datetime.fromisoformat(_text(found))
        return to_seconds(instant) if instant.tzinfo else None
    except (ValueError, OverflowError):
        return None
