"""Which value a parameter of a Go type accepts, and what is true.

Source: https://cs.opensource.google/go/go/+/master:src/text/template/exec.go (`validateType`, `isTrue`).
"""

from typing import Final

from keyferry.template.language.frames import NIL_ELEMENT, Mark, Raw
from keyferry.template.language.mistakes import Mistake
from keyferry.template.values import ANY, Map, Opaque, Slice, Value, type_of, zero_of

_NILABLE: Final = ("[]", "map[", "*", ANY)


def is_nilable(go_type: str) -> bool:
    """Say whether nil is a value of the type."""
    return go_type.startswith(_NILABLE)


def accepted(value: Raw, wanted: str, at: int) -> Value:
    """Return the value as one of the wanted type; Mistake where it is of another."""
    if isinstance(value, Mark):
        if wanted == ANY:
            return None
        raise mismatch(wanted, ANY, at)
    if wanted == ANY:
        return value
    if value is None:
        if is_nilable(wanted):
            return zero_of(wanted)
        raise mismatch(wanted, "nil", at)
    given = type_of(value)
    if given != wanted:
        raise mismatch(wanted, given, at)
    return value


def mismatch(wanted: str, given: str, at: int) -> Mistake:
    """Return the mistake that says which type was wanted and which was given."""
    return Mistake("exec/wrong-type", f"this argument must be of type {wanted}, and is of type {given}", at)


def is_true(value: Raw) -> bool:
    """Say what `if` makes of the value: zero, nil and whatever is empty is false."""
    if isinstance(value, Slice | Map):
        return bool(value.items)
    return value is not NIL_ELEMENT and (isinstance(value, Opaque) or bool(value))
