"""JSON as Go's encoding/json reads it into `map[string]any` and writes it back: keys sorted, numbers as float64. Pure.

https://pkg.go.dev/encoding/json#Marshal
"""

import json
import math
import re
from decimal import Decimal
from typing import Any, Final

from keyferry.model.errors import SpecError
from keyferry.template.gjson import json_validity

MAX_DEPTH: Final = 200
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_HTML: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
_SEPARATORS: Final = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029"})
_BRACKET: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', re.DOTALL)


def read_object(value: bytes) -> dict[str, Any]:
    """Return the members of a JSON object, none for null; SpecError, which does not tell the value, for all else."""
    if not json_validity.is_valid(value):
        raise _no_object("it is not JSON")
    if _depth(value) > MAX_DEPTH:
        raise _no_object(f"it is nested deeper than {MAX_DEPTH}")
    text = value.decode("utf-8", "replace")
    read = json.loads(text, parse_int=_number, parse_float=_number, strict=False)
    if read is None:
        return {}
    if not isinstance(read, dict):
        raise _no_object("it is JSON of another type")
    return {clean(name): member for name, member in read.items()}


def write(value: Any, *, escape_html: bool) -> bytes:
    """Return a value that was read as JSON, compact."""
    made = "".join(_written(value))
    made = made.translate(_SEPARATORS)
    return (made.translate(_HTML) if escape_html else made).encode()


def plain_number(number: float) -> str:
    """Return a number without an exponent, as `strconv.FormatFloat(f, 'f', -1, 64)` writes it."""
    text = format(Decimal(repr(number)), "f")
    return text.removesuffix(".0")


def clean(text: str) -> str:
    """Return the text; what is no character becomes U+FFFD."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def _written(value: Any) -> list[str]:
    match value:
        case bool() | None:
            return [json.dumps(value)]
        case float():
            return [_number_text(value)]
        case str():
            return [json.dumps(clean(value), ensure_ascii=False)]
        case list():
            return ["[", *_joined([_written(item) for item in value]), "]"]
        case _:
            members = {clean(name): member for name, member in value.items()}
            pairs = [[json.dumps(name, ensure_ascii=False), ":", *_written(members[name])] for name in sorted(members)]
            return ["{", *_joined(pairs), "}"]


def _joined(parts: list[list[str]]) -> list[str]:
    return [text for index, part in enumerate(parts) for text in ([",", *part] if index else part)]


def _number_text(number: float) -> str:
    size = abs(number)
    if size != 0 and not 1e-6 <= size < 1e21:
        digits, _, exponent = repr(number).partition("e")  # Python turns to exponents earlier than Go, never later
        sign, count = ("-", exponent[1:]) if exponent[0] == "-" else ("+", exponent.lstrip("+"))
        return f"{digits.removesuffix('.0')}e{sign}{count.lstrip('0')}"
    return plain_number(number)


def _number(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise _no_object("it holds a number that is too large")
    return number


def _depth(value: bytes) -> int:
    deepest = depth = 0
    for found in _BRACKET.finditer(value):
        if found[0] in (b"[", b"{"):
            depth += 1
            deepest = max(deepest, depth)
        elif found[0] in (b"]", b"}"):
            depth -= 1
    return deepest


def _no_object(cause: str) -> SpecError:
    return SpecError(
        what="a value is not a JSON object",
        cause=cause,
        remedy='store an object such as {"username": "…", "password": "…"}',
    )
