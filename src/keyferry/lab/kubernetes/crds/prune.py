"""Unknown fields of an object under a structural schema: removed, and told by path.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning
"""

from typing import Any

from keyferry.lab.kubernetes.objects import Object

_KEEP = "x-kubernetes-preserve-unknown-fields"
_EMBEDDED = "x-kubernetes-embedded-resource"
_TYPE_META = ("apiVersion", "kind", "metadata")


def prune(document: Object, schema: Object) -> list[str]:
    """Remove from `document` what `schema` does not know; return the paths removed, as `spec.foo`, sorted."""
    removed: list[str] = []
    _fields(document, schema, "", removed, exempt=_TYPE_META)
    return sorted(removed)


def _value(value: Any, schema: Object, path: str, found: list[str]) -> None:
    if isinstance(value, dict):
        exempt = _TYPE_META if schema.get(_EMBEDDED) else ()
        _fields(value, schema, path, found, exempt=exempt)
    elif isinstance(value, list):
        items = schema.get("items")
        for index, item in enumerate(value if isinstance(items, dict) else ()):
            _value(item, items or {}, f"{path}[{index}]", found)


def _fields(
    document: Object,
    schema: Object,
    path: str,
    found: list[str],
    *,
    exempt: tuple[str, ...] = (),
) -> None:
    properties = schema.get("properties") or {}
    additional = schema.get("additionalProperties")
    keep = bool(schema.get(_KEEP)) or additional is True
    for key in list(document):
        if key in exempt:
            continue
        here = f"{path}.{key}" if path else key
        if key in properties:
            _value(document[key], properties[key], here, found)
        elif isinstance(additional, dict):
            _value(document[key], additional, here, found)
        elif not keep:
            found.append(here)
            del document[key]
