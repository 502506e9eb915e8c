"""What a template does, piece by piece: text, actions, branches, loops, and other templates.

Source: https://pkg.go.dev/text/template#hdr-Actions.
"""

from collections.abc import Iterable
from enum import Enum, auto
from typing import Final

from keyferry.template.language import types
from keyferry.template.language.expressions import Pipeline, plain
from keyferry.template.language.frames import NIL_ELEMENT, Frame, Mark, Raw
from keyferry.template.language.mistakes import Mistake, limit
from keyferry.template.meter import LimitReached, Meter
from keyferry.template.printing import plain as printing
from keyferry.template.values import Map, Sized, Slice, Value, type_of

MAX_HEIGHT: Final = 600  # of the stack, in Python's frames; its own limit is 1,000, and the caller needs some
_COPIED_A_STEP_SHIFT: Final = 4
NO_VALUE: Final = b"<no value>"


class Leap(Enum):
    """How a body was left before its end."""

    BREAK = auto()
    CONTINUE = auto()


class Statement:
    """A piece of a template."""

    __slots__ = ()

    def run(self, frame: Frame, dot: Raw, /) -> Leap | None:
        """Do it; return whether the loop around it is to be left or begun anew."""
        raise NotImplementedError


class Text(Statement):
    """Text as it stands."""

    __slots__ = ("text",)

    def __init__(self, text: bytes) -> None:
        self.text = text

    def run(self, frame: Frame, _dot: Raw) -> None:
        """Write the text."""
        frame.rendering.write(self.text)


class Action(Statement):
    """A pipeline, whose value is printed unless a variable keeps it."""

    __slots__ = ("_pipeline",)

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def run(self, frame: Frame, dot: Raw) -> None:
        """Print the value, `<no value>` for nil, unless a variable keeps it."""
        value = plain(self._pipeline.value(frame, dot))
        if not self._pipeline.names:
            frame.rendering.write(NO_VALUE if value is None else printing.text_of(value, frame.rendering.meter))


class Jump(Statement):
    """The words `break` and `continue`."""

    __slots__ = ("_leap",)

    def __init__(self, leap: Leap) -> None:
        self._leap = leap

    def run(self, _frame: Frame, _dot: Raw) -> Leap:
        """Leave the body."""
        return self._leap


class Body(Statement):
    """Statements one after another."""

    __slots__ = ("statements",)

    def __init__(self, statements: tuple[Statement, ...]) -> None:
        self.statements = statements

    def run(self, frame: Frame, dot: Raw) -> Leap | None:
        """Run the statements up to one that leaves."""
        for each in self.statements:
            leap = each.run(frame, dot)
            if leap is not None:
                return leap
        return None


class Choice(Statement):
    """`if` or `with`, with its `else`s: the first branch whose pipeline is true."""

    __slots__ = ("_branches", "_moves_dot", "_otherwise")

    def __init__(self, branches: tuple[tuple[Pipeline, Body], ...], otherwise: Body | None, *, moves_dot: bool) -> None:
        self._branches = branches
        self._otherwise = otherwise
        self._moves_dot = moves_dot

    def run(self, frame: Frame, dot: Raw) -> Leap | None:
        """Run the first branch that is true, or the last one."""
        mark = len(frame.variables)
        leap = None
        for pipeline, body in self._branches:
            value = pipeline.value(frame, dot)
            if types.is_true(value):
                leap = body.run(frame, value if self._moves_dot else dot)
                break
        else:
            leap = self._otherwise.run(frame, dot) if self._otherwise else None
        del frame.variables[mark:]
        return leap


class Loop(Statement):
    """`range`: its body for each item of a list, entry of a map in the order of its keys, or number up to an int."""

    __slots__ = ("_body", "_otherwise", "_pipeline")

    def __init__(self, pipeline: Pipeline, body: Body, otherwise: Body | None) -> None:
        self._pipeline = pipeline
        self._body = body
        self._otherwise = otherwise

    def run(self, frame: Frame, dot: Raw) -> Leap | None:
        """Run the body for each item, or the other one where there is none."""
        before = len(frame.variables)
        items = self._items(self._pipeline.value(frame, dot), frame.rendering.meter)
        mark = len(frame.variables)
        leap, is_empty = None, True
        try:
            for key, item in items:
                is_empty = False
                frame.rendering.meter.step()
                element = NIL_ELEMENT if item is None else item
                self._bind(frame, key, element)
                left = self._body.run(frame, element)
                del frame.variables[mark:]
                if left is Leap.BREAK:
                    break
        except LimitReached as reached:
            raise limit(str(reached), self._pipeline.at) from None
        if is_empty and self._otherwise:
            leap = self._otherwise.run(frame, dot)
        del frame.variables[before:]
        return leap

    def _items(self, value: Raw, meter: Meter) -> Iterable[tuple[Value, Value]]:
        if value is None or isinstance(value, Mark):
            return ()
        if isinstance(value, Slice):
            meter.step(len(value.items) >> _COPIED_A_STEP_SHIFT)
            return enumerate(tuple(value.items))
        if isinstance(value, Map):
            meter.step(len(value.items))
            return sorted(value.items.items(), key=lambda entry: entry[0])
        if isinstance(value, int) and not isinstance(value, bool):
            return self._numbers(value)
        raise Mistake("exec/range-type", f"range cannot go over a value of type {type_of(value)}", self._pipeline.at)

    def _numbers(self, count: int) -> Iterable[tuple[Value, Value]]:
        if len(self._pipeline.names) > 1:
            raise Mistake("exec/range-type", "range over a number sets one variable, not two", self._pipeline.at)
        if isinstance(count, Sized):
            go_type = count.go_type
            return ((None, Sized(number, go_type)) for number in range(count))
        return ((None, number) for number in range(count))

    def _bind(self, frame: Frame, key: Value, item: Raw) -> None:
        names = self._pipeline.names
        if not names:
            return
        values = (key, item) if len(names) > 1 else (item,)
        if self._pipeline.assigns:
            for name, value in zip(names, values, strict=True):
                self._pipeline.assign(frame, name, value)
        else:
            frame.variables[-len(names) :] = list(zip(names, values, strict=True))


class Invocation(Statement):
    """`template`: another template's text, with another dot. `depth` is what of the stack stands around it."""

    __slots__ = ("_at", "_depth", "_name", "_pipeline")

    def __init__(self, name: bytes, pipeline: Pipeline | None, at: int, depth: int) -> None:
        self._name = name
        self._pipeline = pipeline
        self._at = at
        self._depth = depth

    def run(self, frame: Frame, dot: Raw) -> None:
        """Run the other template; LimitReached where templates are nested too deep."""
        rendering = frame.rendering
        tree = rendering.trees.get(self._name)
        if tree is None:
            name = self._name.decode(errors="replace")
            raise Mistake("exec/template-undefined", f'no template "{name}" is defined', self._at)
        height = frame.height + self._depth
        if height + tree.height > MAX_HEIGHT:
            raise LimitReached("depth")
        rendering.meter.step()
        value = self._pipeline.value(frame, dot) if self._pipeline else None
        tree.body.run(Frame(rendering, value, height), value)
