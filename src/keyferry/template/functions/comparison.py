"""Go's comparisons, which compare nothing of different kinds: `eq`, `ne`, `lt`, `le`, `gt`, `ge`.

Source: https://pkg.go.dev/text/template#hdr-Functions.
"""

from typing import Final

from keyferry.template.functions.function import Fault, Function, named
from keyferry.template.values import ANY, Map, Opaque, Slice, Value, type_of

_KINDS: Final = (  # a bool is an int to Python, so it comes first
    (bool, "bool"), (int, "integer"), (float, "float"), (complex, "complex"), (bytes, "string"), (Slice, "slice"),
    (Map, "map"), (type(None), "nil"),
)  # fmt: skip
_ORDERED: Final = frozenset({"integer", "float", "string"})


@named("eq", ANY, variadic=ANY)
def _eq(first: Value, *others: Value) -> bool:
    if not others:
        raise Fault("there is nothing to compare with")
    return any(_are_equal(first, each) for each in others)


@named("ne", ANY, ANY)
def _ne(first: Value, second: Value) -> bool:
    return not _are_equal(first, second)


@named("lt", ANY, ANY)
def _lt(first: Value, second: Value) -> bool:
    return _is_less(first, second)


@named("le", ANY, ANY)
def _le(first: Value, second: Value) -> bool:
    return _is_less(first, second) or first == second


@named("gt", ANY, ANY)
def _gt(first: Value, second: Value) -> bool:
    return not (_is_less(first, second) or first == second)


@named("ge", ANY, ANY)
def _ge(first: Value, second: Value) -> bool:
    return not _is_less(first, second)


def _are_equal(first: Value, second: Value) -> bool:
    if first is None or second is None:
        return _is_nil(first) and _is_nil(second)
    kinds = _kind(first), _kind(second)
    if kinds[0] != kinds[1]:
        raise Fault(f"{type_of(first)} and {type_of(second)} cannot be compared")
    if kinds[0] in {"slice", "map"}:
        if _is_nil(first) or _is_nil(second):
            return _is_nil(first) and _is_nil(second)
        raise Fault(f"values of type {type_of(second)} cannot be compared")
    return first == second


def _is_less(first: Value, second: Value) -> bool:
    kinds = _kind(first), _kind(second)
    for kind, value in zip(kinds, (first, second), strict=True):
        if kind not in _ORDERED:
            raise Fault(f"values of type {type_of(value)} have no order")
    if kinds[0] != kinds[1]:
        raise Fault(f"{type_of(first)} and {type_of(second)} cannot be compared")
    return bool(first < second)  # type: ignore[operator]  # both are numbers of one kind or strings, as was checked


def _kind(value: Value) -> str:
    if isinstance(value, Opaque):
        return value.go_type
    return next(kind for known, kind in _KINDS if isinstance(value, known))


def _is_nil(value: Value) -> bool:
    return value.is_nil if isinstance(value, Slice | Map) else value is None


FUNCTIONS: Final[tuple[Function, ...]] = (_eq, _ne, _lt, _le, _gt, _ge)
