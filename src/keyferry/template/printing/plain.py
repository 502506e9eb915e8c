"""Values as `fmt.Sprint` writes them: what `{{ value }}`, `print` and `%v` show.

Source: https://pkg.go.dev/fmt.
"""

from collections.abc import Sequence
from typing import Final

from keyferry.template.meter import LimitReached, Meter
from keyferry.template.printing import floats
from keyferry.template.values import Map, NamedNumber, Opaque, Slice, Value

NIL: Final = b"<nil>"
MAX_DEPTH: Final = 150  # lists in lists; a map that holds itself would go on for ever


def text_of(value: Value, meter: Meter) -> bytes:
    """Return one value's text, `<nil>` for nil; LimitReached for what is too long or nested too deep."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, Slice | Map):
        parts: list[bytes] = []
        _write(value, parts, meter, 0)
        return b"".join(parts)
    return scalar_text(value)


def print_all(values: Sequence[Value], meter: Meter) -> bytes:
    """Return the values' texts one after another, a space between two of which neither is a string."""
    parts: list[bytes] = []
    after_string = True
    for value in values:
        is_string = isinstance(value, bytes)
        if not is_string and not after_string:
            parts.append(b" ")
        text = text_of(value, meter)
        meter.charge(len(text))
        parts.append(text)
        after_string = is_string
    return b"".join(parts)


def print_line(values: Sequence[Value], meter: Meter) -> bytes:
    """Return the values' texts with a space between any two, and a newline."""
    texts = [text_of(value, meter) for value in values]
    meter.charge(sum(map(len, texts)) + len(texts))
    return b" ".join(texts) + b"\n"


def scalar_text(value: Value) -> bytes:
    """Return the text of what is neither a list nor a map."""
    match value:
        case None:
            return NIL
        case bool():
            return b"true" if value else b"false"
        case NamedNumber():
            return value.name
        case int():
            return b"%d" % value
        case float():
            return floats.format_float(value, "g").encode()
        case complex():
            return _complex_text(value).encode()
        case Opaque():
            return value.text()
        case _:
            raise TypeError(type(value).__name__)


def _complex_text(value: complex) -> str:
    imaginary = floats.format_float(value.imag, "g")
    return f"({floats.format_float(value.real, 'g')}{'' if imaginary[0] in '+-' else '+'}{imaginary}i)"


def _write(value: Value, parts: list[bytes], meter: Meter, depth: int) -> None:
    meter.step()
    if depth > MAX_DEPTH:
        raise LimitReached("depth")
    if isinstance(value, Slice):
        parts.append(b"[")
        for index, item in enumerate(value.items):
            if index:
                parts.append(b" ")
            _write(item, parts, meter, depth + 1)
        parts.append(b"]")
    elif isinstance(value, Map):
        _write_map(value, parts, meter, depth)
    else:
        text = value if isinstance(value, bytes) else scalar_text(value)
        meter.charge(len(text) + 1)
        parts.append(text)


def _write_map(value: Map, parts: list[bytes], meter: Meter, depth: int) -> None:
    parts.append(b"map[")
    for index, key in enumerate(sorted(value.items)):
        meter.charge(len(key) + 2)
        parts.append(b" " + key + b":" if index else key + b":")
        _write(value.items[key], parts, meter, depth + 1)
    parts.append(b"]")
