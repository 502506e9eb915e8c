"""From the body of a delivery to hints: which object of which vault to look at. Pure.

Both schemas: https://learn.microsoft.com/azure/event-grid/event-schema-key-vault and
https://learn.microsoft.com/azure/event-grid/cloud-event-schema. Keys of `data` are read without regard to case and
surrounding blanks, because published samples differ in both.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from keyferry.model.secrets import ObjectKind, SecretName, SecretVersion

VALIDATION: Final = "Microsoft.EventGrid.SubscriptionValidationEvent"
_PREFIX: Final = "microsoft.keyvault."
_KINDS: Final = {"secret": ObjectKind.SECRET, "certificate": ObjectKind.CERTIFICATE, "key": ObjectKind.KEY}
_VAULT: Final = re.compile(r"[a-z0-9-]{3,24}", re.IGNORECASE)
_NAME: Final = re.compile(r"[0-9a-zA-Z-]{1,127}")
_VERSION: Final = re.compile(r"[0-9a-f]{32}")
_CODE: Final = re.compile(r"[0-9A-Za-z-]{1,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Something happened to an object. `vault` is the vault's short name in lower case, `version` "" where untold."""

    vault: str
    kind: ObjectKind
    name: SecretName
    version: SecretVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """Event Grid asks whether its events are wanted; the answer repeats the code."""

    code: str


class MalformedError(Exception):
    """The body is no delivery. The text is fit for the sender."""


def parse(body: bytes) -> Handshake | tuple[Hint, ...]:
    """Return what a delivery says: one event or many, of either schema. What is not about a vault's object is skipped.

    MalformedError for what is no JSON, or no event.
    """
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MalformedError("the body is not JSON") from None
    events = document if isinstance(document, list) else [document]
    if not all(isinstance(event, Mapping) and isinstance(_type(event), str) for event in events):
        raise MalformedError("the body is not an event with a type, or a list of them")
    if len(events) == 1 and _type(events[0]) == VALIDATION:
        return _handshake(events[0])
    return tuple(hint for event in events for hint in _hints(event))


def _type(event: Mapping[str, Any]) -> Any:
    """Event Grid's own schema says `eventType`, CloudEvents `type`."""
    return event.get("eventType", event.get("type"))


def _handshake(event: Mapping[str, Any]) -> Handshake:
    code = _data(event).get("validationcode")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise MalformedError("the validation event has no validationCode")
    return Handshake(code=code)


def _hints(event: Mapping[str, Any]) -> Iterator[Hint]:
    data = _data(event)
    kind = _KINDS.get(str(data.get("objecttype", "")).lower())
    told = (data.get(key) for key in ("vaultname", "objectname", "version"))
    vault, name, version = (text if isinstance(text, str) else "" for text in told)
    if not str(_type(event)).lower().startswith(_PREFIX) or kind is None:
        return
    if not _VAULT.fullmatch(vault) or not _NAME.fullmatch(name):
        return
    known = version.lower() if _VERSION.fullmatch(version.lower()) else ""
    yield Hint(vault=vault.lower(), kind=kind, name=SecretName(name), version=SecretVersion(known))


def _data(event: Mapping[str, Any]) -> Mapping[str, Any]:
    data = event.get("data")
    return {str(key).strip().lower(): value for key, value in data.items()} if isinstance(data, Mapping) else {}
