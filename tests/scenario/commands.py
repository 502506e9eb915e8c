"""A real kubectl with the administrator's credentials, for stories about what people see of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.fakes import programs


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(programs.Ended):
    """What kubectl printed, and how it ended."""

    @property
    def warnings(self) -> list[str]:
        """What it was warned of."""
        return [line.removeprefix("Warning: ") for line in self.err.splitlines() if line.startswith("Warning: ")]


class Kubectl:
    """Runs kubectl; documents go to its standard input."""

    def __init__(self, path: str, environment: Mapping[str, str]) -> None:
        self._path = path
        self._environment = environment

    async def __call__(self, *arguments: str, documents: Sequence[Mapping[str, Any]] = ()) -> Said:
        """Run it once."""
        given = "\n".join(map(json.dumps, documents)).encode()
        ended = await programs.run(self._path, *arguments, given=given, environment=self._environment)
        return Said(code=ended.code, out=ended.out, err=ended.err)

    async def apply(self, *documents: Mapping[str, Any], flags: Sequence[str] = ()) -> Said:
        """Apply documents in order."""
        return await self("apply", *flags, "-f", "-", documents=documents)
