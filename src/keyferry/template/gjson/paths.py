"""Values out of JSON by GJSON paths (`remoteRef.property`), as tidwall/gjson 1.18 finds them, on bytes.

The language: https://github.com/tidwall/gjson/blob/master/SYNTAX.md. JSON that is not valid is read as far as it makes
sense. Time grows with the length of the text for each step of the path; paths of more than 100 steps, or that read more
than 4 MiB in all, are refused.
"""

from typing import Final

from keyferry.template.gjson import json_validity
from keyferry.template.gjson import modifiers as gjson_modifiers
from keyferry.template.gjson import selectors as gjson_selectors
from keyferry.template.gjson import steps as gjson_steps
from keyferry.template.gjson import text as gjson_text
from keyferry.template.gjson import values as gjson_values
from keyferry.template.gjson.values import Kind, Result
from keyferry.template.gjson.walk import Allowance, Budget, Walk

__all__ = ["Allowance", "Kind", "Result", "get", "property_of"]

_LITERALS: Final = frozenset({b"true", b"false", b"null", b"nan", b"inf"})
_STATIC_START: Final = b'{["+-0123456789'
_CONTINUES: Final = (b"|", b".")


def get(json: bytes, path: str, together: Allowance | None = None) -> Result:
    """Return what the path finds, an absent result where it finds nothing; raise `SpecError` for a path too deep.

    `together` is what several paths share.
    """
    return _Reader(together).get(json, path.encode("utf-8", "surrogatepass"))


def property_of(value: bytes, property_path: str, together: Allowance | None = None) -> bytes | None:
    """Return the part of a secret's value that `remoteRef.property` names, None where there is none.

    `together` is what several paths share. An empty property is the whole value. A path with dots that finds nothing is
    tried again as one literal key.
    """
    if not property_path:
        return value
    found = get(value, property_path, together)
    if not found.exists and "." in property_path:
        found = get(value, property_path.replace(".", "\\."), together)
    return found.output if found.exists else None


class _Reader:
    """Follows one path and the paths within it, all on one budget of steps."""

    def __init__(self, together: Allowance | None) -> None:
        self._budget = Budget(together)

    def get(self, json: bytes, path: bytes) -> Result:
        """Return what the path finds."""
        self._budget.reads(json)
        with self._budget:
            first = path[:1] if len(path) > 1 else b""
            made = self._made(first, json, path)
            if made is not None:
                return made
            if first in {b"[", b"{"} and first:
                selected = gjson_selectors.selectors(path)
                if selected is not None and selected[1][:1] in {b"", *_CONTINUES}:
                    return self._selected(first, json, *selected)
                path = selected[1] if selected else b""
            return self._walk(json, path)

    def _made(self, first: bytes, json: bytes, path: bytes) -> Result | None:
        """Return what a modifier or a literal at the start of the path makes, None where there is neither."""
        if first == b"@":
            name, argument, rest = gjson_modifiers.split(path)
            if name not in gjson_steps.MODIFIERS:
                return None
            made = gjson_modifiers.apply(name, argument, json, self.get)
        elif first == b"!":
            literal = _literal(path[1:])
            if literal is None:
                return None
            made, rest = literal
        else:
            return None
        return self.get(made, rest[1:]) if rest.startswith(_CONTINUES) else gjson_values.parse(made)

    def _selected(self, bracket: bytes, json: bytes, found: list[tuple[bytes, bytes]], rest: bytes) -> Result:
        """Return the object or array that selectors make, or what the rest of the path finds in it."""
        parts = []
        for name, path in found:
            result = self.get(json, path)
            if result.exists:
                key = _selector_key(name, path) + b":" if bracket == b"{" else b""
                parts.append(key + (result.raw or result.output or b"null"))
        made = bracket + b",".join(parts) + (b"}" if bracket == b"{" else b"]")
        return self.get(made, rest[1:]) if rest else Result(Kind.JSON, made)

    def _walk(self, json: bytes, path: bytes) -> Result:
        walk = Walk(json, self.get, self._budget)
        if path.startswith(b".."):
            walk.into_array(0, path[2:])
        else:
            start = min((at for at in map(json.find, (b"{", b"[")) if at >= 0), default=-1)
            if start >= 0:
                enter = walk.into_object if json[start] == ord("{") else walk.into_array
                enter(start + 1, path)
        return walk.value if walk.pipe is None else self.get(walk.value.raw, walk.pipe)


def _literal(path: bytes) -> tuple[bytes, bytes] | None:
    """Return the JSON of a literal and the path after it, None where it is none."""
    if path[:1] and path[0] in _STATIC_START:
        end = gjson_values.open_bracket_end(path, 0)
        return path[:end], path[end:]
    end = min((at for at in map(path.find, _CONTINUES) if at >= 0), default=len(path))
    return (path[:end], path[end:]) if path[:end].lower() in _LITERALS else None


def _selector_key(name: bytes, path: bytes) -> bytes:
    if name.startswith(b'"') and json_validity.is_valid(name):
        return name
    last = gjson_selectors.last_name(path)
    return gjson_text.quote(name or (last if gjson_selectors.is_simple_name(last) else b"_"))
