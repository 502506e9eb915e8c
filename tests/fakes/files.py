"""Waiting for what another task writes."""

import asyncio
from pathlib import Path
from typing import Any

from tests.fakes.patience import patient


async def appears(path: Path, writer: "asyncio.Task[Any]") -> None:
    """Wait until there is a file, while its writer goes on. Raises what the writer raises."""
    async with patient():
        while not path.exists():  # noqa: ASYNC240  (a file system tells nobody)
            if writer.done():
                writer.result()
                raise FileNotFoundError(path)
            await asyncio.sleep(0)
