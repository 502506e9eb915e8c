"""Whether a value meets the condition of a query such as `#(age>45)`."""

import operator
from collections.abc import Callable
from typing import Any, Final

from keyferry.template.gjson import glob as gjson_glob
from keyferry.template.gjson import text as gjson_text
from keyferry.template.gjson.steps import Query
from keyferry.template.gjson.values import ABSENT, Kind, Result

_COMPARISONS: Final[dict[bytes, Callable[[Any, Any], bool]]] = {
    b"=": operator.eq,
    b"!=": operator.ne,
    b"<": operator.lt,
    b"<=": operator.le,
    b">": operator.gt,
    b">=": operator.ge,
}
_TRUE_WORDS: Final = frozenset({b"1", b"t", b"true"})
_FALSE_WORDS: Final = frozenset({b"0", b"f", b"false"})
_BOOLEANS: Final = {True: Result(Kind.TRUE), False: Result(Kind.FALSE)}


def matches(query: Query, value: Result) -> bool:
    """Say whether the value meets the query. Values of another type than the query's never do."""
    wanted = query.value
    if wanted.startswith(b"~"):
        value, wanted = _as_boolean(wanted[1:], value)
    if not value.exists:
        return False
    if not query.operator:
        return True
    match value.type:
        case Kind.STRING:
            return _string_matches(query.operator, value.text, wanted)
        case Kind.NUMBER:
            compare = _COMPARISONS.get(query.operator)
            return compare is not None and compare(gjson_text.parse_float(value.raw), gjson_text.parse_float(wanted))
        case Kind.TRUE | Kind.FALSE:
            return _boolean_matches(query.operator, value.type is Kind.TRUE, wanted)
        case _:
            return False


def _as_boolean(word: bytes, value: Result) -> tuple[Result, bytes]:
    """Return `~true` and its like as a comparison with true; an unknown word meets nothing."""
    match word:
        case b"*":
            holds = value.exists
        case b"null":
            holds = value.type is Kind.NULL
        case b"true":
            holds = value.type is Kind.TRUE or _is_word(value, _TRUE_WORDS) or _number(value) not in {None, 0.0}
        case b"false":
            falsy = value.type in {Kind.NULL, Kind.FALSE}
            holds = falsy or _is_word(value, _FALSE_WORDS) or _number(value) == 0.0
        case _:
            return ABSENT, b""
    return _BOOLEANS[holds], b"true"


def _is_word(value: Result, words: frozenset[bytes]) -> bool:
    return value.type is Kind.STRING and value.text.lower() in words


def _number(value: Result) -> float | None:
    return gjson_text.parse_float(value.raw) if value.type is Kind.NUMBER else None


def _string_matches(sign: bytes, text: bytes, wanted: bytes) -> bool:
    if sign in {b"%", b"!%"}:
        return gjson_glob.matches(text, wanted) is (sign == b"%")
    compare = _COMPARISONS.get(sign)
    return compare is not None and compare(text, wanted)


def _boolean_matches(sign: bytes, value: bool, wanted: bytes) -> bool:
    """Compare with the word of a boolean: false is less than true; other words differ from both."""
    word, opposite = (b"true", b"false") if value else (b"false", b"true")
    match sign:
        case b"=":
            return wanted == word
        case b"!=":
            return wanted != word
        case b">=" | b"<=":
            return value is (sign == b">=")
        case b">" | b"<":
            return value is (sign == b">") and wanted == opposite
        case _:
            return False
