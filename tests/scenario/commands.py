"""A real kubectl with the administrator's credentials, for stories about what people see of it."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What kubectl printed, and how it ended."""

    code: int
    out: str
    err: str

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
        child = await asyncio.create_subprocess_exec(
            self._path,
            *arguments,
            env=self._environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await child.communicate("\n".join(map(json.dumps, documents)).encode())
        return Said(code=child.returncode or 0, out=out.decode(), err=err.decode())

    async def apply(self, *documents: Mapping[str, Any], flags: Sequence[str] = ()) -> Said:
        """Apply documents in order."""
        return await self("apply", *flags, "-f", "-", documents=documents)
