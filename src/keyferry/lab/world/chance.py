"""Chance that can be repeated: the same seed gives the same numbers, in every process and on every machine."""

import hashlib
from typing import Final

_STEPS: Final = 2**53  # so many numbers does a float tell apart below 1


class Chance:
    """Numbers from 0 up to but not including 1. For decisions about faults, never for keys."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._drawn = 0

    def next(self) -> float:
        """Return the next number."""
        self._drawn += 1
        digest = hashlib.sha256(f"{self.seed}/{self._drawn}".encode()).digest()
        return (int.from_bytes(digest[:8]) >> 11) / _STEPS

    def restart(self, seed: int) -> None:
        """Begin again, with the numbers of `seed`."""
        self.seed = seed
        self._drawn = 0
