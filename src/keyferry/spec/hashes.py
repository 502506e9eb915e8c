"""The marks that External Secrets Operator leaves on its objects, byte for byte.

keyferry takes over Secrets that it wrote, and must not rewrite them for a differing mark. Each is the SHA3-224 in hex
of what Go prints for a value with `%+v`; the golden cases of `tests/golden/resourceversion.jsonl` come from its code.
"""

import hashlib
from collections.abc import Mapping
from typing import Final, TypeVar

from keyferry.model import wellknown

T = TypeVar("T")

_MAX_FIELD_MANAGER: Final = 63


def data_hash(data: Mapping[str, bytes]) -> str:
    """Return the value of the data-hash annotation for a Secret's whole `data`, decoded."""
    entries = (f"{key}:[{' '.join(map(str, value))}]" for key, value in _in_byte_order(data))
    return _sha3(f"map[{' '.join(entries)}]")


def owner_label(namespace: str, name: str) -> str:
    """Return the value of the created-by label for an ExternalSecret."""
    return _sha3(f"{namespace}/{name}")


def meta_hash(annotations: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """Return the hash of an ExternalSecret's annotations and labels; it moves when any of them does."""
    return _sha3(f"{{annotations:{_go_map(annotations)} labels:{_go_map(labels)}}}")


def synced_resource_version(generation: int, annotations: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """Return what `status.syncedResourceVersion` says after a sync of this generation, annotations and labels."""
    return f"{generation}-{meta_hash(annotations, labels)}"


def field_manager(name: str) -> str:
    """Return the field manager under which the ExternalSecret `name` writes: at most 63 characters."""
    plain = wellknown.FIELD_MANAGER_PREFIX + name
    return plain if len(plain) <= _MAX_FIELD_MANAGER else f"{wellknown.FIELD_MANAGER_PREFIX}sha3/{_sha3(name)}"


def _go_map(texts: Mapping[str, str]) -> str:
    return f"map[{' '.join(f'{key}:{value}' for key, value in _in_byte_order(texts))}]"


def _in_byte_order(entries: Mapping[str, T]) -> list[tuple[str, T]]:
    return sorted(entries.items(), key=lambda entry: entry[0].encode())


def _sha3(text: str) -> str:
    return hashlib.sha3_224(text.encode()).hexdigest()
