"""A target of any kind, from bytes to what deciding needs. Pure."""

from typing import Any, Final

import msgspec

from keyferry.kube.wire.objects import ObjectMeta
from keyferry.sync import wire
from keyferry.sync.targets.state import LiveTarget

_OURS: Final = ("apiVersion", "kind", "metadata", "status")  # no fields that an ExternalSecret makes
_NO_FIELDS: Final = ("f:apiVersion", "f:kind", "f:metadata", "f:status")


class _Document(msgspec.Struct, frozen=True):
    metadata: ObjectMeta


class _Entry(msgspec.Struct, frozen=True, rename="camel"):
    manager: str = ""
    subresource: str = ""
    fields_v1: dict[str, Any] = msgspec.field(name="fieldsV1", default_factory=dict)


class _Entries(msgspec.Struct, frozen=True, rename="camel"):
    managed_fields: list[_Entry] = []


class _Managed(msgspec.Struct, frozen=True):
    metadata: _Entries


def live(document: bytes, manager: str) -> LiveTarget:
    """Decode an object, with what `manager` wrote of it. msgspec.MsgspecError where it is none."""
    read: dict[str, Any] = msgspec.json.decode(document, type=dict[str, Any])
    owned: dict[str, Any] = {}
    for entry in msgspec.json.decode(document, type=_Managed).metadata.managed_fields:
        if entry.manager == manager and not entry.subresource:
            owned |= {name: content for name, content in entry.fields_v1.items() if name not in _NO_FIELDS}
    return LiveTarget(
        metadata=msgspec.json.decode(document, type=_Document).metadata,
        fields={name: content for name, content in read.items() if name not in _OURS},
        status=read.get("status"),
        managed=wire.owned_fields(document, manager),
        owned=owned,
    )
