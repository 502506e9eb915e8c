"""The fields of an object, compared and taken apart by what managedFields say. Pure.

https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
"""

from collections.abc import Mapping
from typing import Any

from keyferry.sync.targets.state import Fields
from keyferry.template.yaml.reading import Json


def without(fields: Fields, owned: Mapping[str, Any]) -> Fields:
    """Return the fields but those that `owned` names, as `fieldsV1` has it. Lists are taken whole or left alone.

    A mapping that is claimed as a whole stays: it may have been made empty, and filled by somebody else since.
    """
    kept: Fields = {}
    for name, value in fields.items():
        below = owned.get(f"f:{name}")
        if below is None:
            kept[name] = value
        elif isinstance(value, dict):
            rest = without(value, below)
            if rest or "." not in below:
                kept[name] = rest
        elif below and isinstance(value, list):
            kept[name] = value
    return kept


def covers(there: Json, wanted: Json) -> bool:
    """Tell whether all that is wanted is there; a server may have filled in more, in mappings at any depth."""
    if isinstance(wanted, dict):
        return isinstance(there, dict) and all(
            covers(there.get(name), value) for name, value in wanted.items() if not _is_empty(value) or name in there
        )
    if isinstance(wanted, list) and isinstance(there, list):
        return len(there) == len(wanted) and all(map(covers, there, wanted))
    return there == wanted


def equal(there: Fields, wanted: Fields) -> bool:
    """Tell whether both say the same, where what is empty may be missing."""
    return _filled(there) == _filled(wanted)


def names(fields: Fields) -> set[str]:
    """Return the names in `data`, or in `spec.data`: what an ExternalSecret without a template makes."""
    spec = fields.get("spec")
    held = spec.get("data") if isinstance(spec, dict) else fields.get("data")
    return set(held) if isinstance(held, dict) else set()


def _filled(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if not _is_empty(value)}


def _is_empty(value: Json) -> bool:
    return value is None or value in ({}, [])
