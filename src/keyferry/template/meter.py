"""What one rendering may still spend, so that a hostile template ends soon and stays small."""

from dataclasses import dataclass


class LimitReached(Exception):
    """A rendering took more than it may. The text is what ran out: `steps`, `bytes` or `depth`."""


@dataclass(slots=True, kw_only=True)
class Meter:
    """What one rendering may still spend. `charge` is called before the work is done, never after.

    `steps` are evaluated nodes and items looked at; `bytes_left` is output and intermediate text together.
    """

    steps: int
    bytes_left: int

    def step(self, count: int = 1) -> None:
        """Spend steps; LimitReached when there are none left."""
        self.steps -= count
        if self.steps < 0:
            raise LimitReached("steps")

    def charge(self, size: int) -> None:
        """Spend bytes; LimitReached when there are none left."""
        self.bytes_left -= size
        if self.bytes_left < 0:
            raise LimitReached("bytes")
