"""Fields, variables and pipelines.

Source: https://pkg.go.dev/text/template#hdr-Pipelines.
"""

from keyferry.template.language import types
from keyferry.template.language.constants import Expression
from keyferry.template.language.fields import follow
from keyferry.template.language.frames import MISSING, NIL_ELEMENT, Frame, Mark, Raw
from keyferry.template.language.mistakes import Mistake, limit
from keyferry.template.meter import LimitReached
from keyferry.template.values import ANY, Value


class Path(Expression):
    """Fields of the dot (`.a.b`), of a variable (`$x.a`, or `$x` alone) or of another expression (`(f .x).a`)."""

    __slots__ = ("_names", "_source")

    def __init__(self, source: "Expression", names: tuple[str, ...], at: int) -> None:
        super().__init__(at)
        self._source = source
        self._names = names

    def value(self, frame: Frame, dot: Raw) -> Raw:
        """Return what the last field holds, or its method returns."""
        return self.start(frame, dot, (), MISSING)

    def start(self, frame: Frame, dot: Raw, arguments: tuple[Expression, ...], final: Raw) -> Raw:
        """Return what the last field holds; arguments are for a method alone."""
        receiver = self._source.value(frame, dot)
        for name in self._names[:-1]:
            receiver = follow(frame.rendering, receiver, name, self.at)
        if not arguments and final is MISSING:
            return follow(frame.rendering, receiver, self._names[-1], self.at)

        def given() -> tuple[Value, ...]:
            values = [each.argument(frame, dot, ANY) for each in arguments]
            if final is not MISSING:
                values.append(types.accepted(final, ANY, self.at))
            return tuple(values)

        return follow(frame.rendering, receiver, self._names[-1], self.at, given)


class Variable(Expression):
    """A variable by its name, with the dollar sign."""

    __slots__ = ("_name",)

    def __init__(self, name: str, at: int) -> None:
        super().__init__(at)
        self._name = name

    def value(self, frame: Frame, _dot: Raw) -> Raw:
        """Return what the variable holds."""
        try:
            return frame.read(self._name)
        except KeyError:
            raise _skipped(self._name, self.at) from None


class Pipeline(Expression):
    """Commands, each of which gets the value of the one before as its last argument; and the variables that keep it."""

    __slots__ = ("assigns", "commands", "names")

    def __init__(
        self,
        commands: tuple[tuple[Expression, tuple[Expression, ...]], ...],
        names: tuple[str, ...],
        at: int,
        *,
        assigns: bool,
    ) -> None:
        super().__init__(at)
        self.commands = commands
        self.names = names
        self.assigns = assigns

    def value(self, frame: Frame, dot: Raw) -> Raw:
        """Return the last command's value, and keep it in the variables."""
        found: Raw = MISSING
        try:
            for first, arguments in self.commands:
                frame.rendering.meter.step()
                found = first.start(frame, dot, arguments, found)
                if found is NIL_ELEMENT:
                    found = None
        except LimitReached as reached:
            raise limit(str(reached), self.at) from None
        for name in self.names:
            if self.assigns:
                self.assign(frame, name, found)
            else:
                frame.variables.append((name, found))
        return found

    def assign(self, frame: Frame, name: str, value: Raw) -> None:
        """Change a variable; Mistake where its declaration was skipped."""
        try:
            frame.assign(name, value)
        except KeyError:
            raise _skipped(name, self.at) from None


def plain(value: Raw) -> Value:
    """Return the value as templates see it: nil where it is a nil element."""
    return None if isinstance(value, Mark) else value


def _skipped(name: str, at: int) -> Mistake:
    return Mistake("exec/undefined-variable", f"the declaration of {name} was not reached", at)
