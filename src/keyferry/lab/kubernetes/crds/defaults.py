"""Defaults of a structural schema, filled into an object.

A null is dropped where the schema has a default and is not nullable, then defaulted, as the API server does. Source:
https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting
"""

from typing import Any

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object


def fill(document: Any, schema: Object) -> None:
    """Set every missing field for which `schema` has a default, in place, at every depth that exists."""
    if isinstance(document, dict):
        _fill_object(document, schema)
    elif isinstance(document, list) and isinstance(schema.get("items"), dict):
        for item in document:
            fill(item, schema["items"])


def defaulting(schema: Object) -> Object:
    """Return what of `schema` fills anything in, empty for nothing: a walk by it passes by all the rest."""
    kept: Object = {}
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict) and (part := defaulting(schema[key])):
            kept[key] = part
    parts = {name: defaulting(part) for name, part in (schema.get("properties") or {}).items()}
    if "additionalProperties" not in kept:  # else it tells which names are additional
        parts = {name: part for name, part in parts.items() if part}
    if parts:
        kept["properties"] = parts
    if "default" in schema:
        kept["default"] = schema["default"]
    if kept and "nullable" in schema:
        kept["nullable"] = schema["nullable"]
    return kept


def _fill_object(document: Object, schema: Object) -> None:
    properties = schema.get("properties") or {}
    for key, part in properties.items():
        if "default" in part and document.get(key) is None and not (key in document and part.get("nullable")):
            document[key] = objects.copy(part["default"])
        if key in document:
            fill(document[key], part)
    additional = schema.get("additionalProperties")
    if isinstance(additional, dict):
        for key in document.keys() - properties.keys():
            fill(document[key], additional)
