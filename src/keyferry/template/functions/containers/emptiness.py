"""Which values count as empty, and what stands in for them."""

from typing import Final

from keyferry.template.functions.function import Function, named
from keyferry.template.values import ANY, BOOL, Map, Opaque, Slice, Value


def is_empty(value: Value) -> bool:
    """Say whether a value is nil, false, zero, or without items; no structure is."""
    if isinstance(value, Slice | Map):
        return not value.items
    return not isinstance(value, Opaque) and not value


@named("default", ANY, variadic=ANY)
def _default(fallback: Value, *given: Value) -> Value:
    return fallback if not given or is_empty(given[0]) else given[0]


@named("empty", ANY)
def _empty(value: Value) -> bool:
    return is_empty(value)


@named("coalesce", variadic=ANY)
def _coalesce(*values: Value) -> Value:
    return next((each for each in values if not is_empty(each)), None)


@named("all", variadic=ANY)
def _all(*values: Value) -> bool:
    return not any(map(is_empty, values))


@named("any", variadic=ANY)
def _any(*values: Value) -> bool:
    return not all(map(is_empty, values))


@named("ternary", ANY, ANY, BOOL)
def _ternary(if_true: Value, if_false: Value, condition: bool) -> Value:
    return if_true if condition else if_false


FUNCTIONS: Final[tuple[Function, ...]] = (_default, _empty, _coalesce, _all, _any, _ternary)
