"""One function for each shape that a field can have; each returns a schema."""

from typing import Any

Schema = dict[str, Any]


def string(description: str, *, one_of: tuple[str, ...] = (), default: str = "") -> Schema:
    """Return a text; `one_of` lists the values that are allowed."""
    schema: Schema = {"type": "string", "description": description}
    if one_of:
        schema["enum"] = list(one_of)
    if default:
        schema["default"] = default
    return schema


def integer(description: str, *, bits: int = 32) -> Schema:
    """Return a whole number of 32 or 64 bits."""
    return {"type": "integer", "format": f"int{bits}", "description": description}


def boolean(description: str) -> Schema:
    """Return a truth value."""
    return {"type": "boolean", "description": description}


def time(description: str) -> Schema:
    """Return an RFC 3339 instant."""
    return {"type": "string", "format": "date-time", "description": description}


def octets(description: str) -> Schema:
    """Return bytes in base64."""
    return {"type": "string", "format": "byte", "description": description}


def int_or_string(description: str) -> Schema:
    """Return a number or a text, such as a port's number or name."""
    return {
        "x-kubernetes-int-or-string": True,
        "anyOf": [{"type": "integer"}, {"type": "string"}],
        "description": description,
    }


def struct(description: str, fields: dict[str, Schema], *, required: tuple[str, ...] = ()) -> Schema:
    """Return an object whose fields are all known and have owners of their own."""
    schema: Schema = {"type": "object", "description": description, "properties": fields}
    return schema | {"required": list(required)} if required else schema


def atomic(schema: Schema) -> Schema:
    """Return the schema of an object that has one owner as a whole."""
    return schema | {"x-kubernetes-map-type": "atomic"}


def opaque(description: str) -> Schema:
    """Return an object that is kept as it is, whatever it holds."""
    return {"type": "object", "description": description, "x-kubernetes-preserve-unknown-fields": True}


def map_of(description: str, values: Schema) -> Schema:
    """Return an object with free keys."""
    return {"type": "object", "description": description, "additionalProperties": values}


def labels(description: str) -> Schema:
    """Return a map of texts."""
    return map_of(description, {"type": "string"})


def list_of(description: str, items: Schema) -> Schema:
    """Return a list that has one owner as a whole and is replaced as a whole."""
    return {"type": "array", "description": description, "items": items, "x-kubernetes-list-type": "atomic"}


def strings(description: str) -> Schema:
    """Return an atomic list of texts."""
    return list_of(description, {"type": "string"})


def set_of(description: str, items: Schema) -> Schema:
    """Return a list of unlike scalars, each with owners of its own."""
    return list_of(description, items) | {"x-kubernetes-list-type": "set", "x-kubernetes-patch-strategy": "merge"}


def keyed(description: str, items: Schema, *keys: str, strategy: str = "merge") -> Schema:
    """Return a list of objects told apart by `keys`.

    Strategic patches merge by the first key; with an empty `strategy` they replace the list.
    """
    schema = list_of(description, items) | {
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": list(keys),
    }
    merging = {"x-kubernetes-patch-strategy": strategy, "x-kubernetes-patch-merge-key": keys[0]}
    return schema | merging if strategy else schema


def described(schema: Schema, description: str) -> Schema:
    """Return a shared schema with the words for its place."""
    return schema | {"description": description}
