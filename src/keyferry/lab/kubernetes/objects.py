"""Kubernetes objects as plain dicts: the few operations that everything else is written with.

A stored object is never changed in place; whoever wants to change one takes a `copy` first.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

Object = dict[str, Any]

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder()


def encode(document: Any) -> bytes:
    """Return `document` as compact JSON."""
    return _encoder.encode(document)


def decode(text: bytes | str) -> Any:
    """Return what the JSON `text` says; msgspec.DecodeError when it is none."""
    return _decoder.decode(text)


def indented(text: bytes) -> bytes:
    """Return the JSON `text` on many lines, for human readers."""
    return msgspec.json.format(text, indent=2) + b"\n"


def copy(document: Object) -> Object:
    """Return a deep copy; a round trip through JSON is the fastest one for such dicts."""
    copied: Object = _decoder.decode(_encoder.encode(document))
    return copied


def stamp(now: datetime) -> str:
    """Return `now` as metav1.Time writes it: UTC, whole seconds."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant(text: Any) -> datetime | None:
    """Return the instant that a metav1.Time or MicroTime means, None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def metadata(document: Object) -> Object:
    """Return the metadata, which every object in the lab has as a dict."""
    found: Object = document["metadata"]
    return found


def name(document: Object) -> str:
    """Return metadata.name, or "" while it has none."""
    return str(document["metadata"].get("name") or "")


def namespace(document: Object) -> str:
    """Return metadata.namespace, or "" for cluster-wide objects."""
    return str(document["metadata"].get("namespace") or "")


def finalizers(document: Object) -> list[str]:
    """Return metadata.finalizers as a list, empty when there are none."""
    return list(document["metadata"].get("finalizers") or ())


def dig(document: Any, *keys: str) -> Any:
    """Return the value under `keys`, or None as soon as one of them is missing."""
    for key in keys:
        if not isinstance(document, dict):
            return None
        document = document.get(key)
    return document


def items(value: Any) -> Iterator[Object]:
    """Yield the dicts of a list, and nothing for anything that is no list of dicts."""
    if isinstance(value, list):
        yield from (entry for entry in value if isinstance(entry, dict))
