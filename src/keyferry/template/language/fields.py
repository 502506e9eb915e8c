"""One step of `.a.b`: a key of a map, a field of another value, or one of its methods.

Source: https://pkg.go.dev/text/template#hdr-Arguments.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from keyferry.template.functions.function import Fault
from keyferry.template.language.frames import NIL_ELEMENT, Mark, Raw, Rendering
from keyferry.template.language.mistakes import Mistake
from keyferry.template.values import Map, Opaque, Value, type_of, zero_of

ERROR: Final = "error"  # what `missing_key` may be, as Go's option has it
ZERO: Final = "zero"
_ABSENT_REMEDY: Final = 'write `index . "key"` where a key may be absent, or see that the key is fetched'


_Arguments: TypeAlias = Callable[[], tuple[Value, ...]]


def follow(rendering: Rendering, receiver: Raw, name: str, at: int, arguments: _Arguments | None = None) -> Raw:
    """Return what the name means on the receiver; Mistake where it means nothing.

    `arguments` evaluates those that are given, and is called where there may be a method for them.
    """
    if isinstance(receiver, Map):
        return _key(rendering, receiver, name, at, arguments)
    if isinstance(receiver, Opaque):
        return _member(receiver, name, at, arguments)
    if isinstance(receiver, Mark):
        raise Mistake("exec/nil-pointer", f"there is nothing that .{name} could be a field of: the value is nil", at)
    if receiver is None:
        if rendering.missing_key == ERROR:
            raise Mistake("exec/missing-key", f"there is no data that could have a key {name}", at)
        return None
    raise Mistake("exec/no-field", f"a value of type {type_of(receiver)} has no field {name}", at)


def _key(rendering: Rendering, receiver: Map, name: str, at: int, arguments: _Arguments | None) -> Raw:
    if arguments:
        raise Mistake("exec/not-a-function", f".{name} is the key of a map, and takes no arguments", at)
    key = name.encode()
    if key in receiver.items:
        found = receiver.items[key]
        return NIL_ELEMENT if found is None else found
    if rendering.missing_key == ERROR:
        raise Mistake("exec/missing-key", f'there is no key "{name}"', at, _ABSENT_REMEDY)
    if rendering.missing_key != ZERO:
        return None
    zero = zero_of(receiver.elem)
    return NIL_ELEMENT if zero is None else zero


def _member(receiver: Opaque, name: str, at: int, arguments: _Arguments | None) -> Raw:
    given = arguments() if arguments else ()
    try:
        return receiver.method(name, given)
    except KeyError:
        pass
    except Fault as fault:
        raise Mistake(f"exec/call:{name}", f"{name}: {fault}", at) from None
    try:
        found = receiver.field(name)
    except KeyError:
        raise Mistake("exec/no-field", f"a value of type {receiver.go_type} has no field {name}", at) from None
    if arguments:
        raise Mistake("exec/not-a-function", f".{name} is a field, and takes no arguments", at)
    return NIL_ELEMENT if found is None else found
