"""A company's HTTPS proxy in miniature: CONNECT for known hosts, all of them led to one local port."""

import asyncio
import base64
from collections import Counter
from types import TracebackType
from typing import Self


class ConnectProxy:
    """Listens on loopback while entered. `hosts` maps a host name to a local port; others are refused with 403."""

    def __init__(self, hosts: dict[str, int], *, login: str = "") -> None:
        self.hosts = hosts
        self.connects: Counter[str] = Counter()
        self.connected = asyncio.Event()
        self._login = login
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://{self._login}{'@' if self._login else ''}127.0.0.1:{port}"
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._tasks.discard(task)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, target = head.split(" ", 2)[:2]
        host = target.rpartition(":")[0]
        self.connects[host] += 1
        self.connected.set()
        refusal = self._refusal(method, host, head)
        writer.write(f"HTTP/1.1 {refusal or '200 OK'}\r\n\r\n".encode())
        if refusal:
            await writer.drain()
            return
        other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self.hosts[host])
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_pump(reader, other_writer))
                both.create_task(_pump(other_reader, writer))
        finally:
            other_writer.close()

    def _refusal(self, method: str, host: str, head: str) -> str:
        if self._login and base64.b64encode(self._login.encode()).decode() not in head:
            return "407 Proxy Authentication Required"
        if method != "CONNECT" or host not in self.hosts:
            return "403 Forbidden"
        return ""


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
        writer.write_eof() if writer.can_write_eof() else writer.close()
    except OSError:  # it is closed, or was never quite open
        writer.close()
