"""Strategic merge patch: a merge patch in which the schema says how lists are merged.

Called by the server's PATCH; the schemas are those of `lab.kubernetes.schemas`.
Source: https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md

Directives in a patch object:
`$patch: replace|delete|merge`            the object replaces the old one, deletes it, or is merged (the default)
`$retainKeys: [...]`                      every other key of the old object goes (for unions such as volume sources)
`$deleteFromPrimitiveList/<field>: [...]` these go from the list of scalars
`$setElementOrder/<field>: [...]`         the order that the client wants its elements in
"""

from typing import Any

from keyferry.lab.kubernetes.patches import documents, element_order
from keyferry.lab.kubernetes.patches.errors import PatchError

Schema = dict[str, Any]

_DIRECTIVE = "$patch"
_RETAIN_KEYS = "$retainKeys"
_ORDER = "$setElementOrder/"
_DELETE = "$deleteFromPrimitiveList/"


def apply(document: dict[str, Any], patch: Any, schema: Schema | None) -> dict[str, Any]:
    """Return the document with the patch merged in as `schema` says; without a schema lists are replaced whole.

    Raises PatchError where the patch is not an object, has an unknown directive, or an element lacks its merge key.
    """
    if not isinstance(patch, dict):
        raise PatchError("a strategic merge patch is an object")
    return _merge_object(documents.copy(document), patch, schema or {})


def _merge_object(old: dict[str, Any], patch: dict[str, Any], schema: Schema) -> dict[str, Any]:
    match patch.get(_DIRECTIVE):
        case None | "merge":
            pass
        case "replace":
            return {key: documents.copy(value) for key, value in patch.items() if key != _DIRECTIVE}
        case "delete":
            return {}
        case other:
            raise PatchError(f"unknown value of {_DIRECTIVE}: {other!r}")
    before = dict(old)
    result = _retained(old, patch)
    for key, value in patch.items():
        if not key.startswith("$"):
            _merge_field(result, key, value, _field_schema(schema, key))
    _delete_scalars(result, patch)
    _set_orders(result, before, patch, schema)
    return result


def _retained(old: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    if _RETAIN_KEYS not in patch:
        return old
    keys = _list(patch, _RETAIN_KEYS)
    stray = [key for key in patch if not key.startswith("$") and patch[key] is not None and key not in keys]
    if stray:
        raise PatchError(f"{_RETAIN_KEYS} does not list {stray[0]!r}, which the patch sets")
    return {key: value for key, value in old.items() if key in keys}


def _merge_field(result: dict[str, Any], key: str, value: Any, schema: Schema) -> None:
    strategies = schema.get("x-kubernetes-patch-strategy", "").split(",")
    if value is None:
        result.pop(key, None)
    elif isinstance(value, dict) and "replace" not in strategies:
        old = result.get(key)
        merged = _merge_object(old if isinstance(old, dict) else {}, value, schema)
        if value.get(_DIRECTIVE) == "delete":
            result.pop(key, None)
        else:
            result[key] = merged
    elif isinstance(value, list) and "merge" in strategies:
        old = result.get(key)
        result[key] = _merge_list(old if isinstance(old, list) else [], value, schema)
    else:
        result[key] = documents.copy(value)


def _merge_list(old: list[Any], patch: list[Any], schema: Schema) -> list[Any]:
    key = schema.get("x-kubernetes-patch-merge-key", "")
    if not key:
        fresh = [item for position, item in enumerate(patch) if item not in old and item not in patch[:position]]
        return [*old, *documents.copy(fresh)]
    if any(isinstance(item, dict) and item == {_DIRECTIVE: "replace"} for item in patch):
        return [documents.copy(item) for item in patch if item != {_DIRECTIVE: "replace"}]
    result = list(old)
    for item in patch:
        _merge_element(result, item, key, schema.get("items", {}))
    return result


def _merge_element(result: list[Any], item: Any, key: str, schema: Schema) -> None:
    if not isinstance(item, dict) or key not in item:
        raise PatchError(f"an element of the patch does not have its merge key {key!r}")
    positions = [position for position, old in enumerate(result) if isinstance(old, dict) and old.get(key) == item[key]]
    if item.get(_DIRECTIVE) == "delete":
        for position in reversed(positions):
            del result[position]
    elif positions:
        result[positions[0]] = _merge_object(result[positions[0]], item, schema)
    else:
        result.append(_merge_object({}, item, schema))


def _delete_scalars(result: dict[str, Any], patch: dict[str, Any]) -> None:
    for directive in patch:
        if directive.startswith(_DELETE):
            field, gone = directive.removeprefix(_DELETE), _list(patch, directive)
            if isinstance(result.get(field), list):
                result[field] = [item for item in result[field] if item not in gone]


def _set_orders(result: dict[str, Any], before: dict[str, Any], patch: dict[str, Any], schema: Schema) -> None:
    for directive in patch:
        if directive.startswith(_ORDER):
            field, wanted = directive.removeprefix(_ORDER), _list(patch, directive)
            key = _field_schema(schema, field).get("x-kubernetes-patch-merge-key", "")
            if isinstance(result.get(field), list):
                old = before.get(field)
                old = old if isinstance(old, list) else []
                result[field] = element_order.arrange(result[field], wanted, old, merge_key=key)


def _list(patch: dict[str, Any], directive: str) -> list[Any]:
    value = patch[directive]
    if not isinstance(value, list):
        raise PatchError(f"{directive} is a list")
    return value


def _field_schema(schema: Schema, field: str) -> Schema:
    properties = schema.get("properties", {})
    found = properties.get(field, schema.get("additionalProperties"))
    return found if isinstance(found, dict) else {}
