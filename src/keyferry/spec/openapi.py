"""A schema of `schema` as the structural OpenAPI v3 schema of a CustomResourceDefinition.

https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
Called by crd.
"""

from typing import Any, assert_never

from keyferry.spec.schema import Flag, Integer, IntegerOrText, Items, Node, Table, Text, Texts


def render(node: Node) -> dict[str, Any]:
    """Return the schema; what keyferry asks beyond the API (`rule`, `not_yet`) is not part of it."""
    described: dict[str, Any] = {"description": node.doc} if node.doc else {}
    return described | _rendered(node)


def _rendered(node: Node) -> dict[str, Any]:
    match node:
        case Text():
            return _text(node)
        case Flag():
            return {"type": "boolean"} | ({} if node.default is None else {"default": node.default})
        case Integer():
            schema = {"type": "integer"} | _set(format=node.format)
            stated = {"default": node.default, "minimum": node.least, "maximum": node.most}
            return schema | {keyword: number for keyword, number in stated.items() if number is not None}
        case IntegerOrText():
            return {"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": True}
        case Table():
            return _table(node)
        case Items():
            return {"type": "array", "items": render(node.of)} | _set(minItems=node.min_items)
        case Texts():
            return {"type": "object", "additionalProperties": render(node.of)}
        case _:
            assert_never(node)


def _text(node: Text) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    schema |= _set(enum=list(node.enum), pattern=node.pattern, format=node.format, nullable=node.nullable)
    schema |= _set(minLength=node.min_length, maxLength=node.max_length)
    return schema if node.default is None else schema | {"default": node.default}


def _table(node: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object"}
    schema["properties"] = {name: render(field) for name, field in node.fields.items()}
    schema |= _set(required=list(node.required), minProperties=node.min_properties, maxProperties=node.max_properties)
    schema |= _set(**{"x-kubernetes-map-type": "atomic" if node.atomic else ""})
    checks = [{"rule": each.rule, "message": each.message} for each in node.validations]
    schema |= _set(**{"x-kubernetes-validations": checks})
    if node.open:
        schema["x-kubernetes-preserve-unknown-fields"] = True
    return schema if node.default is None else schema | {"default": dict(node.default)}


def _set(**keywords: Any) -> dict[str, Any]:
    """Return the keywords that say something."""
    return {name: value for name, value in keywords.items() if value}
