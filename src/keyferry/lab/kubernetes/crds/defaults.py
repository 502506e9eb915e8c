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


def has_any(schema: Any) -> bool:
    """Whether `schema` holds a default anywhere, so that the walk over an object can be spared."""
    if isinstance(schema, dict):
        return "default" in schema or any(has_any(part) for part in schema.values())
    return isinstance(schema, list) and any(has_any(part) for part in schema)


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
