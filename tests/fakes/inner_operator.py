"""The operator as a task of this process: what a story needs of a child process, without its half second."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

from keyferry.cli.processes import Process
from keyferry.identity.credentials import Credentials
from keyferry.identity.http import open_session
from keyferry.kube import config
from keyferry.kube.client import Client
from keyferry.runtime.clock import SystemClock
from keyferry.sync.run import Operator
from keyferry.sync.settings import Settings
from keyferry.vault.reader import Reader
from tests.fakes.patience import PATIENCE


class InnerOperator(Process):
    """Starts and dies as a process does, and has no memory of its last life."""

    def __init__(self, kubeconfig: Path, tenant: str) -> None:
        super().__init__([], {}, kubeconfig)
        self._kubeconfig = kubeconfig
        self._settings = Settings(tenant_id=tenant, health_address="127.0.0.1:0")
        self._work: asyncio.Task[None] | None = None
        self._end = asyncio.Event()

    @property
    def pid(self) -> int:
        """This process's, while it works."""
        return os.getpid() if self._work is not None and not self._work.done() else 0

    async def start(self) -> None:
        self._end = asyncio.Event()
        self._work = asyncio.create_task(self._run())

    async def stop(self) -> int:
        self._end.set()
        if self._work is not None:
            await self._work
        return 0

    async def kill(self) -> int:
        if self._work is not None:
            self._work.cancel()
            with suppress(asyncio.CancelledError):
                await self._work
        return -9

    async def _run(self) -> None:
        clock = SystemClock()
        async with Client(config.load(self._kubeconfig)) as client, open_session() as session:
            credentials = Credentials(client, session, clock)
            reader = Reader(credentials, session, clock, first_seconds=PATIENCE)
            try:
                await Operator(self._settings, client, reader, clock).work(self._end)
            finally:
                await reader.aclose()
                await credentials.aclose()
