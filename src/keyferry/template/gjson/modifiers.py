"""Modifiers of GJSON: `@reverse`, `@keys` and the like, from one JSON text to another.

Called by gjson.get. `@dig` follows a path in every value, so the reader of paths is handed in.
"""

from collections.abc import Callable
from typing import Final

from keyferry.model.errors import SpecError
from keyferry.template.gjson import json_validity
from keyferry.template.gjson import pretty as gjson_pretty
from keyferry.template.gjson import steps as gjson_steps
from keyferry.template.gjson import text as gjson_text
from keyferry.template.gjson import values as gjson_values
from keyferry.template.gjson.pretty import Layout
from keyferry.template.gjson.values import Kind, Result
from keyferry.template.gjson.walk import Get

_MAX_DEPTH: Final = 100


def split(path: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the name of the modifier that a path begins with, its argument, and what follows."""
    end = min((at for at in map(path.find, (b":", b"|", b".")) if at >= 0), default=len(path))
    name = path[1:end]
    if path[end : end + 1] != b":":
        return name, b"", path[end:]
    rest = path[end + 1 :]
    length = _argument_length(rest)
    return name, rest[:length], rest[length:]


def apply(name: bytes, argument: bytes, json: bytes, get: Get) -> bytes:
    """Return what a modifier, one of `gjson_steps.MODIFIERS`, makes of a JSON text."""
    assert name in gjson_steps.MODIFIERS
    if name == b"dig":
        return _dig(json, argument, get)
    return _MODIFIERS[name](json, argument)


def _argument_length(rest: bytes) -> int:
    if rest[:1] in {b"{", b"[", b'"'}:
        return gjson_values.squash_end(rest, 0)
    position = 0
    while position < len(rest) and rest[position] != ord("|"):
        is_nested = rest[position] in b'{["('
        position = gjson_values.squash_end(rest, position) if is_nested else position + 1
    return position


def _pretty(json: bytes, argument: bytes) -> bytes:
    options = _options(argument)
    layout = Layout(
        width=_whole_number(options[b"width"]) if b"width" in options else Layout().width,
        indent=_only_space(options[b"indent"]) if b"indent" in options else Layout().indent,
        prefix=_only_space(options[b"prefix"]) if b"prefix" in options else b"",
        sort_keys=b"sortKeys" in options and _is_true(options[b"sortKeys"]),
    )
    return gjson_pretty.pretty(json, layout)


def _ugly(json: bytes, _: bytes) -> bytes:
    return gjson_pretty.ugly(json)


def _this(json: bytes, _: bytes) -> bytes:
    return json


def _reverse(json: bytes, _: bytes) -> bytes:
    value = gjson_values.parse(json)
    if value.is_array:
        return _array([member.raw for _, member in gjson_values.members(value)][::-1])
    if value.is_object:
        return _object([(key, member.raw) for key, member in gjson_values.members(value)][::-1])
    return json


def _flatten(json: bytes, argument: bytes) -> bytes:
    value = gjson_values.parse(json)
    options = _options(argument)
    is_deep = b"deep" in options and _is_true(options[b"deep"])
    return _array(_flat(value, levels=_MAX_DEPTH if is_deep else 1)) if value.is_array else json


def _flat(value: Result, levels: int) -> list[bytes]:
    """Return the elements with arrays among them opened, `levels` deep; deeper ones stay as they are."""
    parts: list[bytes] = []
    for _, member in gjson_values.members(value):
        if not member.is_array:
            parts.append(member.raw)
        elif levels > 1:
            parts += _flat(member, levels - 1)
        else:
            parts.append(_unwrapped(member.raw).strip())
    return [part for part in parts if part]


def _join(json: bytes, argument: bytes) -> bytes:
    value = gjson_values.parse(json)
    if not value.is_array:
        return json
    objects = [member for _, member in gjson_values.members(value) if member.is_object]
    options = _options(argument)
    if b"preserve" in options and _is_true(options[b"preserve"]):
        return b"{" + b",".join(_unwrapped(each.raw) for each in objects) + b"}"
    joined: dict[bytes, tuple[bytes, bytes]] = {}
    for each in objects:
        for key, member in gjson_values.members(each):
            text = gjson_values.key_text(key)
            joined[text] = (joined[text][0] if text in joined else key, member.raw)
    return _object(list(joined.values()))


def _valid(json: bytes, _: bytes) -> bytes:
    return json if json_validity.is_valid(json) else b""


def _keys(json: bytes, _: bytes) -> bytes:
    return _array([key or b"null" for key, _ in gjson_values.members(gjson_values.parse(json))])


def _values(json: bytes, _: bytes) -> bytes:
    value = gjson_values.parse(json)
    return json if value.is_array else _array([member.raw for _, member in gjson_values.members(value)])


def _to_string(json: bytes, _: bytes) -> bytes:
    return gjson_text.quote(json)


def _from_string(json: bytes, _: bytes) -> bytes:
    return gjson_values.parse(json).output if json_validity.is_valid(json) else b""


def _group(json: bytes, _: bytes) -> bytes:
    value = gjson_values.parse(json)
    if not value.is_object:
        return b""
    rows: list[list[tuple[bytes, bytes]]] = []
    for key, column in gjson_values.members(value):
        cells = gjson_values.members(column) if column.is_array else ()
        for index, (_, cell) in enumerate(cells):
            if index == len(rows):
                rows.append([])
            rows[index].append((key, cell.raw))
    return _array([_object(row) for row in rows])


def _dig(json: bytes, path: bytes, get: Get) -> bytes:
    found: list[bytes] = []
    pending = [(gjson_values.parse(json), 0)]
    while pending:
        value, depth = pending.pop()
        if depth > _MAX_DEPTH:
            raise SpecError(what="a value is nested too deep for @dig", cause=f"more than {_MAX_DEPTH} levels")
        result = get(value.raw, path)
        if result.exists:
            found.append(result.raw)
        if value.type is Kind.JSON:
            pending += reversed([(member, depth + 1) for _, member in gjson_values.members(value)])
    return _array(found)


def _array(parts: list[bytes]) -> bytes:
    return b"[" + b",".join(parts) + b"]"


def _object(parts: list[tuple[bytes, bytes]]) -> bytes:
    return b"{" + b",".join(key + b":" + value for key, value in parts) + b"}"


def _unwrapped(json: bytes) -> bytes:
    return json.strip()[1:-1]


def _options(argument: bytes) -> dict[bytes, Result]:
    """Return the members of an argument that is an object."""
    members = gjson_values.members(gjson_values.parse(argument)) if argument else ()
    return {gjson_values.key_text(key): value for key, value in members if key}


def _is_true(value: Result) -> bool:
    match value.type:
        case Kind.TRUE:
            return True
        case Kind.STRING:
            return value.text.lower() in {b"1", b"t", b"true"}
        case Kind.NUMBER:
            return gjson_text.parse_float(value.raw) != 0
        case _:
            return False


def _whole_number(value: Result) -> int:
    number = gjson_text.parse_float(value.text or value.raw)
    return int(number) if abs(number) < 2**31 else 0


def _only_space(value: Result) -> bytes:
    return bytes(char for char in value.output if char in b" \t\n\r")


_MODIFIERS: Final[dict[bytes, Callable[[bytes, bytes], bytes]]] = {
    b"pretty": _pretty,
    b"ugly": _ugly,
    b"reverse": _reverse,
    b"this": _this,
    b"flatten": _flatten,
    b"join": _join,
    b"valid": _valid,
    b"keys": _keys,
    b"values": _values,
    b"tostr": _to_string,
    b"fromstr": _from_string,
    b"group": _group,
}
