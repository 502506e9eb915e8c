"""Go's own template functions: printing, escaping, indexing. `and` and `or` are part of the language.

Source: https://pkg.go.dev/text/template#hdr-Functions.
"""

import re
from typing import Final
from urllib.parse import quote_plus

from keyferry.template.functions.function import Fault, Function, Surroundings, named
from keyferry.template.printing import formats, plain, quoting
from keyferry.template.values import ANY, STRING, UINT8, Map, Sized, Slice, Value, type_of, zero_of

_NO_VALUE: Final = b"<no value>"
_HTML: Final = {
    ord("\0"): "\ufffd", ord('"'): "&#34;", ord("'"): "&#39;", ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;",
}  # fmt: skip
_HTML_SPECIAL: Final = re.compile(rb"[\x00\"'&<>]")
_SCRIPT_SPECIAL: Final = re.compile(r"[\x00-\x1f\\'\"<>&=\x7f-\U0010ffff]")
_SCRIPT: Final = {"\\": "\\\\", "'": "\\'", '"': '\\"'}


@named("not", ANY)
def _not(value: Value) -> bool:
    return not (value.items if isinstance(value, Slice | Map) else value)


@named("len", ANY)
def _len(value: Value) -> int:
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, Slice | Map):
        return len(value.items)
    raise Fault(f"a value of type {type_of(value)} has no length")


@named("index", ANY, variadic=ANY)
def _index(value: Value, *indexes: Value) -> Value:
    if value is None:
        raise Fault("nil has no items")
    for each in indexes:
        value = _item(value, each)
    return value


def _item(value: Value, index: Value) -> Value:
    if isinstance(value, Map):
        if not isinstance(index, bytes):
            raise Fault(f"the key of a map must be a string, and is of type {type_of(index)}")
        return value.items[index] if index in value.items else zero_of(value.elem)
    if isinstance(value, bytes):
        return Sized(value[_position(index, len(value))], UINT8)
    if isinstance(value, Slice):
        return value.items[_position(index, len(value.items))]
    raise Fault(f"a value of type {type_of(value)} has no items")


def _position(index: Value, length: int) -> int:
    if not isinstance(index, int) or isinstance(index, bool):
        raise Fault(f"the index of a list must be an integer, and is of type {type_of(index)}")
    if not 0 <= index < length:
        raise Fault("the index is outside of the list or string")
    return index


@named("call", ANY, variadic=ANY)
def _call(function: Value, *_arguments: Value) -> Value:
    raise Fault(f"a value of type {type_of(function)} cannot be called")


@named("print", variadic=ANY, knows_world=True)
def _print(world: Surroundings, *values: Value) -> bytes:
    return plain.print_all(values, world.meter)


@named("println", variadic=ANY, knows_world=True)
def _println(world: Surroundings, *values: Value) -> bytes:
    return plain.print_line(values, world.meter)


@named("printf", STRING, variadic=ANY, knows_world=True)
def _printf(world: Surroundings, form: bytes, *values: Value) -> bytes:
    return formats.format_all(form, values, world.meter)


@named("html", variadic=ANY, knows_world=True)
def _html(world: Surroundings, *values: Value) -> bytes:
    text = _joined(world, values)
    world.meter.charge(5 * len(_HTML_SPECIAL.findall(text)))
    return text.decode("utf-8", "surrogateescape").translate(_HTML).encode("utf-8", "surrogateescape")


@named("js", variadic=ANY, knows_world=True)
def _js(world: Surroundings, *values: Value) -> bytes:
    text = _joined(world, values)
    world.meter.charge(5 * len(text))
    return _SCRIPT_SPECIAL.sub(_script_escape, text.decode("utf-8", "surrogateescape")).encode(
        "utf-8", "surrogateescape"
    )


def _script_escape(match: re.Match[str]) -> str:
    character = match.group()
    if character in _SCRIPT:
        return _SCRIPT[character]
    is_shown = not character.isascii() and (quoting.is_printable(ord(character)) or 0xDC80 <= ord(character) <= 0xDCFF)
    return character if is_shown or character == "\x7f" else f"\\u{ord(character):04X}"


@named("urlquery", variadic=ANY, knows_world=True)
def _urlquery(world: Surroundings, *values: Value) -> bytes:
    text = _joined(world, values)
    world.meter.charge(2 * len(text))
    return quote_plus(text, safe="~").encode()


def _joined(world: Surroundings, values: tuple[Value, ...]) -> bytes:
    """Return the values as one text, nil as templates show it."""
    if len(values) == 1 and isinstance(values[0], bytes):
        return values[0]
    return plain.print_all([_NO_VALUE if each is None else each for each in values], world.meter)


FUNCTIONS: Final[tuple[Function, ...]] = (
    _not, _len, _index, _call, _print, _println, _printf, _html, _js, _urlquery,
)  # fmt: skip
