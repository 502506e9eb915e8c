"""The process ends when it is told to, and says which address it cannot have."""

import asyncio
import os
import signal
import socket
from pathlib import Path

import pytest

from keyferry.admit import run
from keyferry.admit.settings import Settings
from keyferry.model.errors import SpecError


async def test_ends_with_a_signal(tmp_path: Path) -> None:
    async with asyncio.timeout(10):
        task = asyncio.create_task(
            run.run(Settings(certificates=tmp_path, address="127.0.0.1:0", health_address="127.0.0.1:0"))
        )
        await asyncio.sleep(0.1)
        os.kill(os.getpid(), signal.SIGTERM)
        await task


async def test_an_address_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SpecError, match="cannot listen on"):
            await run.run(Settings(certificates=tmp_path, address=address, health_address="127.0.0.1:0"))
