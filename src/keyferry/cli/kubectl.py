"""A real kubectl, where there is one."""

import asyncio
from collections.abc import Mapping, Sequence

from keyferry.model.errors import SpecError, foreign


async def apply(program: str, files: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """Run `kubectl apply` on the files; return its lines. SpecError with its own words when it refuses."""
    arguments = [argument for file in files for argument in ("-f", file)]
    child = await asyncio.create_subprocess_exec(
        program,
        "apply",
        *arguments,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await child.communicate()
    if child.returncode:
        raise SpecError(what="kubectl apply failed", cause=foreign(errors.decode(errors="replace")))
    return output.decode().splitlines()
