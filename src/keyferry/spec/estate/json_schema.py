"""keyferry.yaml as a JSON Schema, draft 2020-12, from the same fields that parsing checks: for editors.

https://json-schema.org/draft/2020-12. What takes more than one field to see is not in it, nor is what no pattern says.
"""

from typing import Any, Final, assert_never

from keyferry.spec.estate.fields import estate as fields
from keyferry.spec.estate.fields import site as site_fields
from keyferry.spec.schema import Flag, Integer, IntegerOrText, Items, Node, Table, Text, Texts

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
ID: Final = "urn:keyferry:v1alpha1:estate"


def document() -> dict[str, Any]:
    """Return the schema of an estate. Files of sites are its `$defs` `site` and `sites`."""
    head = {"$schema": DIALECT, "$id": ID, "title": "Estate"}
    return head | render(fields.WHOLE) | {"$defs": {"site": render(site_fields.SITE), "sites": _SITES}}


def render(node: Node) -> dict[str, Any]:
    """Return the schema of one field and all below it."""
    return ({"description": node.doc} if node.doc else {}) | _rendered(node)


_SITE: Final = {"$ref": "#/$defs/site"}
_LIST: Final = {"type": "array", "items": _SITE}
_SITES: Final = {
    "description": "What a file of sites may hold in each document.",
    "oneOf": [
        _SITE,
        _LIST,
        {"type": "object", "properties": {"sites": _LIST}, "required": ["sites"], "additionalProperties": False},
    ],
}


def _rendered(node: Node) -> dict[str, Any]:
    match node:
        case Text():
            return _text(node)
        case Flag():
            return {"type": "boolean"} | _said(default=node.default)
        case Integer():
            return {"type": "integer"} | _said(minimum=node.least, maximum=node.most, default=node.default)
        case IntegerOrText():
            return {"type": ["integer", "string"]}
        case Table():
            return _table(node)
        case Items():
            return {"type": "array", "items": render(node.of)} | _said(minItems=node.min_items or None)
        case Texts():
            return {"type": "object", "additionalProperties": render(node.of)}
        case _:
            assert_never(node)


def _text(node: Text) -> dict[str, Any]:
    return {"type": "string"} | _said(
        enum=list(node.enum) or None,
        pattern=node.pattern or None,
        minLength=node.min_length or None,
        maxLength=node.max_length or None,
        default=node.default,
    )


def _table(node: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: render(field) for name, field in node.fields.items()},
        "additionalProperties": False,
    }
    if node.min_properties == node.max_properties == 1:
        return schema | {"oneOf": [{"required": [name]} for name in node.fields]}
    return schema | _said(required=list(node.required) or None)


def _said(**keywords: Any) -> dict[str, Any]:
    """Return the keywords that say something."""
    return {name: value for name, value in keywords.items() if value is not None}
