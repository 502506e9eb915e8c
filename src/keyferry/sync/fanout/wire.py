"""The watched documents, from bytes to types, and those that are written. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from keyferry.kube.wire.objects import ObjectMeta
from keyferry.spec.fanout import FanoutKind
from keyferry.spec.fanout_status import FanoutStatus
from keyferry.sync.fanout.state import WatchedFanout


class _Document(msgspec.Struct, frozen=True, gc=False):
    metadata: ObjectMeta
    spec: msgspec.Raw = msgspec.Raw(b"{}")
    status: msgspec.Raw = msgspec.Raw(b"{}")


def watched(kind: FanoutKind) -> Callable[[bytes], WatchedFanout]:
    """Return the decoder of a kind; msgspec.MsgspecError when not even an object's outline can be read."""

    def decode(document: bytes) -> WatchedFanout:
        read = msgspec.json.decode(document, type=_Document)
        return WatchedFanout(
            metadata=read.metadata,
            spec=bytes(read.spec),
            status=FanoutStatus.read(kind, {"status": msgspec.json.decode(read.status)}),
            child_name=_child_name(kind, read),
        )

    return decode


def document(kind: FanoutKind, found: WatchedFanout) -> dict[str, Any]:
    """Return the document that `spec.fanout` parses: metadata as watched, the spec as the user wrote it."""
    metadata = found.metadata
    return {
        "apiVersion": next(iter(kind.versions)),
        "kind": kind.kind,
        "metadata": {"name": metadata.name, "uid": metadata.uid, "annotations": metadata.annotations},
        "spec": msgspec.json.decode(found.spec),
    }


def status(kind: FanoutKind, told: FanoutStatus) -> bytes:
    """Return the merge patch that makes `told` the status."""
    return msgspec.json.encode({"status": told.to_document(kind)})


def body(content: Mapping[str, Any]) -> bytes:
    """Return a document or a merge patch as the API server takes it."""
    return msgspec.json.encode(content)


def finalizers(remaining: tuple[str, ...], resource_version: str) -> bytes:
    """Return the merge patch that leaves these finalizers; it is refused when the object changed meanwhile."""
    return body({"metadata": {"finalizers": remaining, "resourceVersion": resource_version}})


def _child_name(kind: FanoutKind, read: _Document) -> str:
    spec = msgspec.json.decode(read.spec)
    name = spec.get(f"{kind.stem}Name") if isinstance(spec, Mapping) else None
    return name if isinstance(name, str) and name else read.metadata.name
