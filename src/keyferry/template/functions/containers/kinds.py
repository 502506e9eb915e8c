"""What type and kind a value has, in Go's names. Source: https://pkg.go.dev/reflect#Kind."""

from typing import Final

from keyferry.template.functions.function import Function, named
from keyferry.template.values import ANY, STRING, Map, Opaque, Sized, Slice, Value, type_of

_KINDS: Final = {"time.Month": "int", "time.Weekday": "int", "time.Duration": "int64"}


def kind_of(value: Value) -> str:
    """Return the kind, `invalid` of nil."""
    match value:
        case None:
            return "invalid"
        case Slice():
            return "slice"
        case Map():
            return "map"
        case Sized():
            return _KINDS.get(value.go_type, value.go_type)
        case Opaque():
            return _kind_of_type(value.go_type)
        case _:
            return type_of(value)


def _kind_of_type(go_type: str) -> str:
    if go_type.startswith("*"):
        return "ptr"
    return "func" if go_type.startswith("func(") else "struct"


@named("typeOf", ANY)
def _type_of(value: Value) -> bytes:
    return type_of(value).encode()


@named("typeIs", STRING, ANY)
def _type_is(expected: bytes, value: Value) -> bool:
    return expected == type_of(value).encode()


@named("typeIsLike", STRING, ANY)
def _type_is_like(expected: bytes, value: Value) -> bool:
    """Compare types, and let a pointer pass for what it points to."""
    return type_of(value).encode() in {expected, b"*" + expected}


@named("kindOf", ANY)
def _kind_of(value: Value) -> bytes:
    return kind_of(value).encode()


@named("kindIs", STRING, ANY)
def _kind_is(expected: bytes, value: Value) -> bool:
    return expected == kind_of(value).encode()


FUNCTIONS: Final[tuple[Function, ...]] = (_type_of, _type_is, _type_is_like, _kind_of, _kind_is)
