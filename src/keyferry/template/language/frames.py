"""What a rendering knows while it runs: its variables, its output, what it may still spend."""

from collections.abc import Mapping
from typing import Final, Protocol, TypeAlias

from keyferry.template.functions.function import Surroundings
from keyferry.template.values import Value


class Mark:
    """A value of the engine that no template can hold."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


MISSING: Final = Mark("no value comes from the pipeline")
NIL_ELEMENT: Final = Mark("nil in a list or map, which Go tells apart from nothing at all")

_LOOKS_A_STEP_SHIFT: Final = 4

Raw: TypeAlias = "Value | Mark"  # before a pipeline makes plain nil of NIL_ELEMENT


class Runs(Protocol):
    """What a template does."""

    def run(self, frame: "Frame", dot: Raw, /) -> object:
        """Do it."""


class Tree:
    """One template, the main one or one that `define` or `block` names. `height` is what it takes of the stack."""

    __slots__ = ("body", "height")

    def __init__(self, body: Runs, height: int) -> None:
        self.body = body
        self.height = height


class Rendering:
    """One execution of a template: what all its frames share."""

    __slots__ = ("meter", "missing_key", "output", "surroundings", "trees")

    def __init__(self, trees: Mapping[bytes, Tree], surroundings: Surroundings, missing_key: str) -> None:
        self.trees = trees
        self.surroundings = surroundings
        self.meter = surroundings.meter
        self.missing_key = missing_key
        self.output: list[bytes] = []

    def write(self, text: bytes) -> None:
        """Add to the output; LimitReached where that is too much."""
        self.meter.step()
        self.meter.charge(len(text))
        self.output.append(text)


class Frame:
    """The variables of one template's run. `height` is how much of the stack the callers take."""

    __slots__ = ("height", "rendering", "variables")

    def __init__(self, rendering: Rendering, dot: Raw, height: int) -> None:
        self.rendering = rendering
        self.variables: list[tuple[str, Raw]] = [("$", dot)]
        self.height = height

    def read(self, name: str) -> Raw:
        """Return the variable's value; KeyError where a declaration was skipped."""
        return self.variables[self._find(name)][1]

    def assign(self, name: str, value: Raw) -> None:
        """Change the innermost variable of that name; KeyError where a declaration was skipped."""
        self.variables[self._find(name)] = (name, value)

    def _find(self, name: str) -> int:
        count = len(self.variables)
        for index in range(count - 1, -1, -1):
            if self.variables[index][0] == name:
                self.rendering.meter.step((count - index) >> _LOOKS_A_STEP_SHIFT)
                return index
        raise KeyError(name)
