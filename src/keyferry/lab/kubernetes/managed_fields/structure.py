"""How a schema divides a value: into fields, into elements of a list, or not at all."""

from collections.abc import Iterator
from typing import Any

from keyferry.lab.kubernetes.managed_fields import paths
from keyferry.lab.kubernetes.schemas.metadata import OBJECT_META

Schema = dict[str, Any]


def whole(schema: Schema | None) -> Schema:
    """Return the schema of a whole object, in which metadata is always known."""
    schema = schema or {}
    return {**schema, "properties": {**schema.get("properties", {}), "metadata": OBJECT_META}}


def divided(value: Any, schema: Schema) -> bool:
    """Tell whether the parts of the value have owners of their own: objects unless atomic, lists if declared so."""
    if isinstance(value, dict):
        return schema.get("x-kubernetes-map-type") != "atomic"
    return isinstance(value, list) and schema.get("x-kubernetes-list-type") in ("map", "set")


def parts(value: Any, schema: Schema) -> Iterator[tuple[str, Any, Schema]]:
    """Yield path element, value and schema of each part of a divided value."""
    if isinstance(value, dict):
        properties, others = schema.get("properties", {}), _others(schema)
        for name, part in value.items():
            yield "f:" + name, part, properties.get(name, others)
        return
    items = schema.get("items", {})
    for part in value:
        yield element(part, schema), part, items


def element(part: Any, schema: Schema) -> str:
    """Return the path element of one element of a list that is a map by keys or a set."""
    if schema.get("x-kubernetes-list-type") == "map" and isinstance(part, dict):
        fields = schema.get("items", {}).get("properties", {})
        names = schema.get("x-kubernetes-list-map-keys", ())
        return paths.key_element({name: part.get(name, fields.get(name, {}).get("default")) for name in names})
    return paths.value_element(part)


def declared(schema: Schema, path_element: str) -> bool:
    """Tell whether the schema names this field, so that it is no free key of a map."""
    return path_element[2:] in schema.get("properties", {})


def _others(schema: Schema) -> Schema:
    others = schema.get("additionalProperties")
    return others if isinstance(others, dict) else {}
