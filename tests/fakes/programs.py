"""Programs that tests run as processes of their own: none outlives its test, however that ends."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE

from keyferry.cli.processes import Process
from tests.fakes.patience import patient


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a program printed, and how it ended."""

    code: int
    out: str
    err: str


@asynccontextmanager
async def running(
    *command: str, environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start a program with pipes for all that it says and hears; it has ended when the context has.

    One that still runs is asked to end first, for it may have children of its own.
    """
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, cwd=folder, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    try:
        yield process
    finally:
        await _ended(process)


async def run(*command: str, given: bytes = b"", environment: Mapping[str, str] | None = None) -> Ended:
    """Run a program to its end; `given` is its standard input."""
    async with running(*command, environment=environment) as process, patient():
        out, err = await process.communicate(given)
    return Ended(code=process.returncode or 0, out=out.decode(), err=err.decode())


@asynccontextmanager
async def living(process: Process) -> AsyncIterator[None]:
    """Start one of keyferry's own; it has ended when the context has, also where it never came up."""
    try:
        await process.start()
        yield
    finally:
        await process.stop()


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with patient():
            await process.communicate()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()
