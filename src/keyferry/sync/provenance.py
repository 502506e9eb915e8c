"""`keyferry.io/provenance`: which version of which object of which vault each key of a Secret holds. Pure; no values.

`{"PASSWORD":{"vault":"kv-prod","name":"db-password","version":"…"}}`, sorted and compact. It is bounded: keys beyond
the bound are left out. It is not part of the data hash, and it alone makes no Secret be written for the first time.
"""

import json
from collections.abc import Container, Mapping
from typing import Any, Final

from keyferry.sync.state import Origin

LIMIT_BYTES: Final = 16 * 1024
_COMPACT: Final = json.JSONEncoder(separators=(",", ":"))


def text(origins: Mapping[str, Origin], before: str = "", foreign: Container[str] = ()) -> str:
    """Return the annotation, "" where it has nothing to say.

    `before` is the annotation as it is; of it, what it says of the `foreign` keys stays.
    """
    kept = {key: told for key, told in _read(before).items() if key in foreign}
    ours = {
        key: {"vault": origin.vault, "name": origin.name, "version": origin.version} for key, origin in origins.items()
    }
    return _written({**kept, **ours})


def _written(entries: Mapping[str, Any]) -> str:
    parts: list[str] = []
    size = 2
    for key in sorted(entries):
        part = _COMPACT.encode({key: entries[key]})[1:-1]
        size += len(part) + 1
        if size > LIMIT_BYTES:
            break
        parts.append(part)
    return "{" + ",".join(parts) + "}" if parts else ""


def _read(annotation: str) -> Mapping[str, Any]:
    if not annotation or len(annotation) > 2 * LIMIT_BYTES:
        return {}
    try:
        read = json.loads(annotation)
    except (ValueError, RecursionError):  # somebody else wrote it
        return {}
    return read if isinstance(read, dict) else {}
