import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.ingress import Ingress
from tests.fakes.patience import patient

HOST = "events.example"


@asynccontextmanager
async def ingress(port: int, authority: Authority) -> AsyncIterator[Ingress]:
    opened = Ingress(port)
    await opened.open(authority.server_context(HOST))
    try:
        yield opened
    finally:
        await opened.close()


@pytest.fixture
def authority() -> Authority:
    """Whoever issued the ingress' certificate."""
    return Authority(datetime.now(UTC))  # noqa: TID251  (real sockets live in real time)


async def said(port: int, authority: Authority, words: bytes) -> bytes:
    """What comes back over TLS."""
    context = ssl.create_default_context(cadata=authority.certificate_pem.decode())
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=HOST)
    writer.write(words)
    async with patient():
        answer = await reader.read()
    writer.close()
    return answer


async def test_passes_on_to_the_port_what_came_over_tls(authority: Authority) -> None:
    async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.readline()).upper())
        await writer.drain()
        writer.close()

    backend = await asyncio.start_server(shout, "127.0.0.1", 0)
    async with backend, ingress(backend.sockets[0].getsockname()[1], authority) as opened:
        assert await said(opened.port, authority, b"hello\n") == b"HELLO\n"


async def test_ends_the_connection_while_nobody_is_behind_it(authority: Authority) -> None:
    async with ingress(1, authority) as opened:
        (answer,) = await asyncio.gather(said(opened.port, authority, b"hello\n"), return_exceptions=True)
        assert answer == b"" or isinstance(answer, ConnectionError), "a clean end or a reset"


async def test_what_is_open_ends_with_it(authority: Authority) -> None:
    heard = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.set()
        await reader.read()
        writer.close()

    backend = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with backend:
        async with ingress(backend.sockets[0].getsockname()[1], authority) as opened:
            waiting = asyncio.create_task(said(opened.port, authority, b"hello\n"))
            async with patient():
                await heard.wait()
        async with patient():
            (answer,) = await asyncio.gather(waiting, return_exceptions=True)
        assert answer == b"" or isinstance(answer, ConnectionError)


async def test_one_that_was_not_opened_closes() -> None:
    unopened = Ingress(1)
    assert unopened.port == 0
    await unopened.close()
