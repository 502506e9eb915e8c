"""What the parser knows of the template that it is in: its variables, the loops around, how deep it is nested."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from keyferry.template.language.mistakes import Mistake

MAX_HEIGHT: Final = 240
BLOCK: Final = 2  # Python frames that a block takes of the stack while it runs
PARENTHESIS: Final = 3  # and a pipeline in parentheses


class Scope:
    """One template as it is parsed. `height` is the deepest nesting so far, in frames of the stack."""

    def __init__(self) -> None:
        self.variables = ["$"]
        self.loops = 0
        self.depth = 0
        self.height = 0

    @contextmanager
    def nested(self, frames: int, at: int) -> Iterator[None]:
        """Count what is inside as nested; Mistake where that is too deep."""
        self.depth += frames
        if self.depth > MAX_HEIGHT:
            raise Mistake("limit/depth", "blocks or parentheses are nested too deep", at, "nest the template less")
        self.height = max(self.height, self.depth)
        yield
        self.depth -= frames
