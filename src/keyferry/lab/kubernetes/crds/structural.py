"""Whether a schema is structural: every field has a type, and nothing says things where they cannot be enforced.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
"""

import re2

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.crds import rules
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, forbidden, invalid, required, unsupported

_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_JUNCTORS = ("allOf", "anyOf", "oneOf")
_NOT_IN_JUNCTORS = ("description", "type", "default", "additionalProperties", "nullable")
_FORBIDDEN = ("$ref", "definitions", "dependencies", "patternProperties", "additionalItems", "id")
_PRESERVE = "x-kubernetes-preserve-unknown-fields"
_INT_OR_STRING = "x-kubernetes-int-or-string"


def check(schema: Object, path: str) -> list[Problem]:
    """Return what makes `schema` not structural."""
    found = _field(schema, path)
    if schema.get("type") and schema["type"] != "object":
        found.append(invalid(f"{path}.type", schema["type"], "must be object at the root"))
    return found


def _field(schema: Object, path: str) -> list[Problem]:
    found = _typed(schema, path) + _own(schema, path)
    for key, part in (schema.get("properties") or {}).items():
        found += _field(part, f"{path}.properties[{key}]")
    if isinstance(schema.get("items"), dict):
        found += _field(schema["items"], f"{path}.items")
    elif schema.get("type") == "array":
        found.append(required(f"{path}.items", "must be specified"))
    if isinstance(schema.get("additionalProperties"), dict):
        found += _field(schema["additionalProperties"], f"{path}.additionalProperties")
        if schema.get("properties"):
            found.append(
                forbidden(f"{path}.additionalProperties", "additionalProperties and properties are mutual exclusive")
            )
    return found if schema.get(_INT_OR_STRING) else found + _junctors(schema, path)


def _junctors(schema: Object, path: str) -> list[Problem]:
    found = _junctor(schema["not"], f"{path}.not") if "not" in schema else []
    for word in _JUNCTORS:
        for index, part in enumerate(objects.items(schema.get(word))):
            found += _junctor(part, f"{path}.{word}[{index}]")
    return found


def _typed(schema: Object, path: str) -> list[Problem]:
    kind = schema.get("type")
    if kind:
        return [] if kind in _TYPES else [unsupported(f"{path}.type", kind, _TYPES)]
    if schema.get(_INT_OR_STRING) or schema.get(_PRESERVE):
        return []
    return [required(f"{path}.type", "must not be empty for specified object fields")]


def _own(schema: Object, path: str) -> list[Problem]:
    found = [forbidden(f"{path}.{word}", f"{word} is not supported") for word in _FORBIDDEN if word in schema]
    if schema.get("uniqueItems"):
        found.append(
            forbidden(
                f"{path}.uniqueItems",
                "uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
            )
        )
    if schema.get(_PRESERVE) is False:
        found.append(invalid(f"{path}.{_PRESERVE}", False, "must be true or undefined"))
    if "pattern" in schema and not _compiles(schema["pattern"]):
        found.append(invalid(f"{path}.pattern", schema["pattern"], "must be a valid regular expression (RE2)"))
    if schema.get("x-kubernetes-list-type") == "map" and not schema.get("x-kubernetes-list-map-keys"):
        found.append(
            required(f"{path}.x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map")
        )
    return found + rules.check(schema, path)


def _junctor(schema: Object, path: str) -> list[Problem]:
    found = [
        forbidden(f"{path}.{word}", "must be empty to be structural") for word in _NOT_IN_JUNCTORS if word in schema
    ]
    for key, part in (schema.get("properties") or {}).items():
        found += _junctor(part, f"{path}.properties[{key}]")
    if isinstance(schema.get("items"), dict):
        found += _junctor(schema["items"], f"{path}.items")
    return found + _junctors(schema, path)


def _compiles(pattern: str) -> bool:
    try:
        re2.compile(pattern)
    except re2.error:
        return False
    return True
