"""What has a value by itself: strings, bools, numbers, nil and the dot; and what an expression is.

Source: https://pkg.go.dev/text/template#hdr-Arguments.
"""

from typing import Final

from keyferry.template.language import types
from keyferry.template.language.frames import MISSING, Frame, Raw
from keyferry.template.language.literals import Number
from keyferry.template.language.mistakes import Mistake
from keyferry.template.values import ANY, BOOL, FLOAT64, INT, STRING, Sized, Value, zero_of

_INTEGERS: Final = frozenset({"int8", "int16", "int32", "int64"})
_UNSIGNED: Final = frozenset({"uint", "uint8", "uint16", "uint32", "uint64"})


class Expression:
    """A word that has a value.

    It is evaluated as a word of its own (`value`), as the first word of a command (`start`), and as an argument of a
    function that wants a type (`argument`). `at` is its offset in the template's text, in characters.
    """

    __slots__ = ("at",)

    def __init__(self, at: int) -> None:
        self.at = at

    def value(self, frame: Frame, dot: Raw, /) -> Raw:
        """Return the value where no arguments are given."""
        raise NotImplementedError

    def start(self, frame: Frame, dot: Raw, arguments: "tuple[Expression, ...]", final: Raw, /) -> Raw:
        """Return the value of a command that starts with this word; `final` comes from the pipeline, or is MISSING."""
        if arguments or final is not MISSING:
            raise Mistake("exec/not-a-function", "arguments are given to what is no function", self.at)
        return self.value(frame, dot)

    def argument(self, frame: Frame, dot: Raw, wanted: str, /) -> Value:
        """Return the value for a parameter of a type; Mistake where it does not fit."""
        return types.accepted(self.value(frame, dot), wanted, self.at)


class Constant(Expression):
    """A string or a bool."""

    __slots__ = ("_type", "constant")

    def __init__(self, constant: bytes | bool, at: int) -> None:
        super().__init__(at)
        self.constant = constant
        self._type = BOOL if isinstance(constant, bool) else STRING

    def value(self, _frame: Frame, _dot: Raw) -> Raw:
        """Return the constant."""
        return self.constant

    def argument(self, _frame: Frame, _dot: Raw, wanted: str) -> Value:
        """Return the constant; Mistake where another type is wanted."""
        if wanted not in (ANY, self._type):
            raise types.mismatch(wanted, self._type, self.at)
        return self.constant


class NumberConstant(Expression):
    """A number, which becomes one of the type that is wanted."""

    __slots__ = ("_number",)

    def __init__(self, number: Number, at: int) -> None:
        super().__init__(at)
        self._number = number

    def value(self, _frame: Frame, _dot: Raw) -> Raw:
        """Return the number as what it looks like: a float, a complex number or an int."""
        number = self._number
        if number.imaginary is not None:
            return number.imaginary
        if number.is_real and number.real is not None:
            return number.real
        if number.integer is None:
            raise Mistake("exec/overflow", "this number is too large for an int", self.at)
        return number.integer

    def argument(self, frame: Frame, dot: Raw, wanted: str) -> Value:
        """Return the number as one of the wanted type; Mistake where it cannot be one."""
        if wanted == ANY:
            return types.accepted(self.value(frame, dot), ANY, self.at)
        found = self._as(wanted)
        if found is None:
            raise types.mismatch(wanted, "number", self.at)
        return found

    def _as(self, wanted: str) -> Value:
        number = self._number
        if wanted == INT:
            return number.integer
        if wanted == FLOAT64:
            return number.real
        if wanted in _INTEGERS:
            return None if number.integer is None else Sized(number.integer, wanted)
        if wanted in _UNSIGNED:
            return None if number.unsigned is None else Sized(number.unsigned, wanted)
        return number.imaginary if wanted == "complex128" else None


class Nil(Expression):
    """The word `nil`, which stands for an argument and never for a command."""

    __slots__ = ()

    def value(self, _frame: Frame, _dot: Raw) -> Raw:
        """Refuse: nil is no command."""
        raise Mistake("exec/nil-command", "nil is an argument, and no command", self.at)

    def argument(self, _frame: Frame, _dot: Raw, wanted: str) -> Value:
        """Return the nil of the wanted type; Mistake where it has none."""
        if not types.is_nilable(wanted):
            raise types.mismatch(wanted, "nil", self.at)
        return zero_of(wanted)


class Dot(Expression):
    """The dot."""

    __slots__ = ()

    def value(self, _frame: Frame, dot: Raw) -> Raw:
        """Return the dot."""
        return dot
