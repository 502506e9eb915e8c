"""Whether a document has the JSON types that its kind has, which a typed server finds out when it decodes.

A null stands for nothing said: it fits every type, and is taken out where the schema names the field.
"""

import base64
import binascii
import re
from typing import Any

from keyferry.lab.kubernetes.objects import Object

_BASE64 = re.compile("[A-Za-z0-9+/]*=*")
_NAMES = {bool: "bool", int: "number", float: "number", str: "string", list: "array", dict: "object"}
_WANTED: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
    "array": (list,),
    "object": (dict,),
}


def conform(value: Any, schema: Object, path: str) -> str:
    """Drop nulls of known fields in place; return what does not fit, in the words of Go's decoder, "" when all does."""
    if value is None or schema.get("x-kubernetes-int-or-string"):
        return ""
    wanted = schema.get("type", "")
    if not _fits(value, wanted):
        return f"json: cannot unmarshal {_NAMES[type(value)]} into Go struct field {path} of type {wanted}"
    if schema.get("format") == "byte":
        return _base64(value)
    if isinstance(value, dict):
        return _fields(value, schema, path)
    items = schema.get("items")
    return _items(value, items, path) if isinstance(value, list) and isinstance(items, dict) else ""


def _base64(value: str) -> str:
    """Return where `value` stops being base64, and nothing of the value itself."""
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        good = _BASE64.match(value)
        return f"illegal base64 data at input byte {good.end() if good else 0}"
    return ""


def _fits(value: Any, wanted: str) -> bool:
    accepted = _WANTED.get(wanted)
    if accepted is None:
        return True
    if isinstance(value, bool):
        return wanted == "boolean"
    return isinstance(value, accepted) or (wanted == "integer" and isinstance(value, float) and value.is_integer())


def _items(value: list[Any], schema: Object, path: str) -> str:
    if None in value:
        value[:] = [item for item in value if item is not None]
    for item in value:
        if fault := conform(item, schema, path):
            return fault
    return ""


def _fields(value: Object, schema: Object, path: str) -> str:
    properties = schema.get("properties") or {}
    if None in value.values():
        for key in [key for key, item in value.items() if item is None and key in properties]:
            del value[key]
    additional = schema.get("additionalProperties")
    rest = additional if isinstance(additional, dict) else {}
    for key, item in value.items():
        if fault := conform(item, properties.get(key, rest), f"{path}.{key}"):
            return fault
    return ""
