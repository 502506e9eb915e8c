"""Names of properties as rules in CEL write them: `self.a__dash__b`, `self.__namespace__`.

Source: https://kubernetes.io/docs/reference/using-api/cel/#escaping
"""

from typing import Any, Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object

_RESERVED: Final = frozenset(
    (
        *("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if"),
        *("import", "let", "loop", "package", "namespace", "return", "var", "void", "while"),
    )
)
_PARTS: Final = (("__", "__underscores__"), (".", "__dot__"), ("-", "__dash__"), ("/", "__slash__"))


def escape(name: str) -> str:
    """Return how a rule writes the property `name`."""
    if name in _RESERVED:
        return f"__{name}__"
    for part, written in _PARTS:
        name = name.replace(part, written)
    return name


def escaped(value: Any, schema: Object) -> Any:
    """Return the value with the properties that `schema` names as rules write them; keys of maps stay as they are."""
    match value:
        case dict():
            properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
            return {
                escape(key) if key in properties else key: escaped(item, _part(properties.get(key, additional)))
                for key, item in value.items()
            }
        case list():
            return [escaped(item, _part(objects.dig(schema, "items"))) for item in value]
    return value


def _part(schema: Any) -> Object:
    return schema if isinstance(schema, dict) else {}
