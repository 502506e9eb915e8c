"""An object under a structural schema: every rule it breaks, as the API server words them.

Its rules in CEL are those of `rules`. Wording: `k8s.io/kube-openapi/pkg/validation/errors`.
"""

import functools
from collections.abc import Callable, Iterable
from typing import Any

import re2

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.crds import formats
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import (
    Problem,
    duplicate,
    invalid,
    required,
    too_long,
    too_many,
    unsupported,
    wrong_type,
)

_INT_OR_STRING = "x-kubernetes-int-or-string"


def validate(value: Any, schema: Object, path: str = "") -> list[Problem]:
    """Return the problems of `value`; paths are as `spec.data[0].secretKey`."""
    if value is None and (schema.get("nullable") or not schema.get("type")):
        return []
    if problem := _type_problem(value, schema, path):
        return [problem]
    found = list(_enumerated(value, schema, path)) if "enum" in schema else []
    check = _CHECKS.get(type(value))
    if check is not None:
        found += check(value, schema, path)
    if not _COMBINED.isdisjoint(schema):
        found += _combined(value, schema, path)
    return found


def _type_problem(value: Any, schema: Object, path: str) -> Problem | None:
    if schema.get(_INT_OR_STRING):
        wanted: tuple[str, ...] = ("integer", "string")
    else:
        wanted = (schema["type"],) if schema.get("type") else ()
    actual = _type(value)
    if not wanted or actual in wanted or (actual == "integer" and "number" in wanted):
        return None
    names = ",".join(wanted)
    return wrong_type(path, actual, f'{path or "<root>"} in body must be of type {names}: "{actual}"')


def _type(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "integer" if value.is_integer() else "number"
        case str():
            return "string"
        case list():
            return "array"
    return "object"


def _enumerated(value: Any, schema: Object, path: str) -> Iterable[Problem]:
    known = schema.get("enum")
    if known is not None and not any(
        value == one and isinstance(value, bool) is isinstance(one, bool) for one in known
    ):
        yield unsupported(path, value, [one if isinstance(one, str) else objects.encode(one).decode() for one in known])


def _text(value: str, schema: Object, path: str) -> Iterable[Problem]:
    where = path or "<root>"
    if len(value) > schema.get("maxLength", len(value)):
        yield too_long(path, schema["maxLength"])
    if len(value) < schema.get("minLength", 0):
        yield invalid(path, value, f"{where} in body should be at least {schema['minLength']} chars long")
    if "pattern" in schema and not _pattern(schema["pattern"]).search(value):
        yield invalid(path, value, f"{where} in body should match '{schema['pattern']}'")
    if "format" in schema and not formats.holds(schema["format"], value):
        yield invalid(path, value, f'{where} in body must be of type {schema["format"]}: "{value}"')


def _number(value: float, schema: Object, path: str) -> Iterable[Problem]:
    where = path or "<root>"
    low, high, step = schema.get("minimum"), schema.get("maximum"), schema.get("multipleOf")
    if low is not None and (value < low or (schema.get("exclusiveMinimum") and value == low)):
        than = "greater than" if schema.get("exclusiveMinimum") else "greater than or equal to"
        yield invalid(path, value, f"{where} in body should be {than} {low}")
    if high is not None and (value > high or (schema.get("exclusiveMaximum") and value == high)):
        than = "less than" if schema.get("exclusiveMaximum") else "less than or equal to"
        yield invalid(path, value, f"{where} in body should be {than} {high}")
    if step and value % step:
        yield invalid(path, value, f"{where} in body should be a multiple of {step}")


def _array(value: list[Any], schema: Object, path: str) -> Iterable[Problem]:
    where = path or "<root>"
    if len(value) > schema.get("maxItems", len(value)):
        yield too_many(path, len(value), schema["maxItems"])
    if len(value) < schema.get("minItems", 0):
        yield invalid(path, len(value), f"{where} in body should have at least {schema['minItems']} items")
    yield from _repeated(value, schema, path)
    for index, item in enumerate(value):
        yield from validate(item, schema.get("items") or {}, f"{path}[{index}]")


def _repeated(value: list[Any], schema: Object, path: str) -> Iterable[Problem]:
    match schema.get("x-kubernetes-list-type"):
        case "map":
            keys = schema.get("x-kubernetes-list-map-keys") or ()
            shown = [{key: item.get(key) for key in keys} for item in objects.items(value)]
        case "set":
            shown = list(value)
        case _:
            shown = list(value) if schema.get("uniqueItems") else []
    seen: set[bytes] = set()
    for index, item in enumerate(shown):
        text = objects.encode(item)
        if text in seen:
            yield duplicate(f"{path}[{index}]", item)
        seen.add(text)


def _object(value: Object, schema: Object, path: str) -> Iterable[Problem]:
    where = path or "<root>"
    prefix = f"{path}." if path else ""
    for key in schema.get("required") or ():
        if key not in value:
            yield required(f"{prefix}{key}")
    if len(value) > schema.get("maxProperties", len(value)):
        yield too_many(path, len(value), schema["maxProperties"])
    if len(value) < schema.get("minProperties", 0):
        yield invalid(path, len(value), f"{where} in body should have at least {schema['minProperties']} properties")
    properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
    for key, item in value.items():
        part = properties.get(key, additional)
        if isinstance(part, dict):
            yield from validate(item, part, f"{prefix}{key}")


def _combined(value: Any, schema: Object, path: str) -> Iterable[Problem]:
    for part in schema.get("allOf") or ():
        yield from validate(value, part, path)
    where = path or "<root>"
    if (
        (parts := schema.get("anyOf"))
        and not schema.get(_INT_OR_STRING)
        and all(validate(value, part, path) for part in parts)
    ):
        yield invalid(path, _brief(value), f"{where} in body must validate at least one schema (anyOf)")
    if (parts := schema.get("oneOf")) and sum(not validate(value, part, path) for part in parts) != 1:
        yield invalid(path, _brief(value), f"{where} in body must validate one and only one schema (oneOf)")
    if (part := schema.get("not")) is not None and not validate(value, part, path):
        yield invalid(path, _brief(value), f"{where} in body must not validate the schema (not)")


def _brief(value: Any) -> Any:
    return _type(value) if isinstance(value, dict | list) else value


@functools.lru_cache(maxsize=1024)
def _pattern(text: str) -> Any:
    return re2.compile(text)


_COMBINED = frozenset({"allOf", "anyOf", "oneOf", "not"})
_CHECKS: dict[type, Callable[[Any, Object, str], Iterable[Problem]]] = {
    str: _text,
    int: _number,
    float: _number,
    list: _array,
    dict: _object,
}
