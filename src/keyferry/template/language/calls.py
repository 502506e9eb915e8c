"""Functions by their names, and `and` and `or`, which do not look at all their arguments.

Source: https://pkg.go.dev/text/template#hdr-Functions.
"""

from typing import Final

from keyferry.template.functions.function import Fault, Function
from keyferry.template.language import types
from keyferry.template.language.constants import Constant, Expression
from keyferry.template.language.frames import MISSING, Frame, Raw
from keyferry.template.language.mistakes import Mistake
from keyferry.template.meter import LimitReached
from keyferry.template.values import ANY, Map, Slice, Value

_BYTES_A_STEP_SHIFT: Final = 6  # looking at 64 bytes takes as long as evaluating one word, roughly
_CALL_STEPS: Final = 3  # the least that a function costs, in words evaluated
_ITEM_BYTES: Final = 8
_REPORT: Final = "report this to the project, with the template and without its data"


class Junction(Expression):
    """The functions `and` and `or`, which stop at the first argument that decides."""

    __slots__ = ("_decides", "_name")

    def __init__(self, name: str, at: int) -> None:
        super().__init__(at)
        self._name = name
        self._decides = name == "or"

    def value(self, frame: Frame, dot: Raw) -> Raw:
        """Refuse: there must be an argument."""
        return self.start(frame, dot, (), MISSING)

    def start(self, frame: Frame, dot: Raw, arguments: tuple[Expression, ...], final: Raw) -> Raw:
        """Return the first argument that decides, or the last."""
        if not arguments and final is MISSING:
            raise _wrong_count(self._name, "at least 1", 0, self.at)
        found: Raw = None
        for each in arguments:
            found = each.argument(frame, dot, ANY)
            if types.is_true(found) == self._decides:
                return found
        return found if final is MISSING else types.accepted(final, ANY, self.at)


class Call(Expression):
    """A function by its name."""

    __slots__ = ("_function",)

    def __init__(self, function: Function, at: int) -> None:
        super().__init__(at)
        self._function = function

    def value(self, frame: Frame, dot: Raw) -> Raw:
        """Return what the function makes of nothing."""
        return self.start(frame, dot, (), MISSING)

    def start(self, frame: Frame, dot: Raw, arguments: tuple[Expression, ...], final: Raw) -> Raw:
        """Return what the function makes of its arguments, each checked against its type first."""
        function = self._function
        wanted = self._types(len(arguments) + (final is not MISSING))
        given: list[Value] = []
        for each, go_type in zip(arguments, wanted, strict=False):
            given.append(each.argument(frame, dot, go_type))
        if final is not MISSING:
            given.append(types.accepted(final, wanted[-1], self.at))
        meter = frame.rendering.meter
        meter.step(_CALL_STEPS + (sum(map(_size, given)) >> _BYTES_A_STEP_SHIFT))
        try:
            made = (
                function.call(frame.rendering.surroundings, *given) if function.knows_world else function.call(*given)
            )
        except Fault as fault:
            raise self._failed(fault, arguments) from None
        except (LimitReached, RecursionError):
            raise
        except Exception as unforeseen:  # noqa: BLE001  (whatever a function trips over is its error, as in Go's engine)
            cause = f"{function.name} failed with {type(unforeseen).__name__}, which is a fault of keyferry"
            raise Mistake(f"exec/call:{function.name}", cause, self.at, _REPORT) from None
        meter.charge(_size(made))
        return made

    def _types(self, count: int) -> tuple[str, ...]:
        function = self._function
        missing = count - len(function.takes)
        if missing == 0:
            return function.takes
        if function.variadic is None:
            raise _wrong_count(function.name, str(len(function.takes)), count, self.at)
        if missing < 0:
            raise _wrong_count(function.name, f"at least {len(function.takes)}", count, self.at)
        return function.takes + (function.variadic,) * missing

    def _failed(self, fault: Fault, arguments: tuple[Expression, ...]) -> Mistake:
        name, cause = self._function.name, str(fault)
        if name == "fail":  # its words may hold a value, unless they stand in the template
            first = arguments[0] if arguments else None
            known = first.constant if isinstance(first, Constant) and isinstance(first.constant, bytes) else None
            cause = (
                "it was told to, in words that the template makes" if known is None else known.decode(errors="replace")
            )
        return Mistake(f"exec/call:{name}", f"{name}: {cause}", self.at)


def _wrong_count(name: str, wanted: str, given: int, at: int) -> Mistake:
    return Mistake("exec/wrong-arg-count", f"{name} takes {wanted} arguments, and is given {given}", at)


def _size(value: Raw) -> int:
    if isinstance(value, bytes):
        return len(value)
    return _ITEM_BYTES * len(value.items) if isinstance(value, Slice | Map) else 0
