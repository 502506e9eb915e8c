"""What list functions take for a list, and what they say of what is none."""

from keyferry.template.functions.containers.kinds import kind_of
from keyferry.template.functions.function import Fault
from keyferry.template.values import Slice, Value


def items_of(value: Value, verb: str) -> list[Value]:
    """Return the items of a list; Fault where the value is none."""
    return listed(value, verb).items


def listed(value: Value, verb: str) -> Slice:
    """Return a list as it is; Fault where the value is none."""
    if not isinstance(value, Slice):
        raise Fault(f"cannot {verb} type {kind_of(value)}: a list is needed")
    return value
