import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from keyferry.lab.serve.listener import PortInUseError
from keyferry.lab.serve.proxy import MAX_HEAD_BYTES, MAX_TUNNELS, Proxy

CONNECT = b"CONNECT kv-prod.vault.azure.net:443 HTTP/1.1\r\nHost: kv-prod.vault.azure.net:443\r\n\r\n"


async def _shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer in capitals, once the client has ended its side."""
    heard = await reader.read()
    writer.write(heard.upper())
    writer.close()
    await writer.wait_closed()


@asynccontextmanager
async def _proxy(max_tunnels: int = MAX_TUNNELS) -> AsyncIterator[Proxy]:
    far = await asyncio.start_server(_shout, "127.0.0.1", 0)
    far_port = far.sockets[0].getsockname()[1]
    known = {("kv-prod.vault.azure.net", 443): far_port, ("dead.vault.azure.net", 443): 1}

    def route(host: str, port: int) -> tuple[str, int] | None:
        local = known.get((host, port))
        return None if local is None else ("127.0.0.1", local)

    proxy = Proxy(route, max_tunnels=max_tunnels)
    await proxy.open()
    try:
        yield proxy
    finally:
        await proxy.close()
        far.close()
        await far.wait_closed()


async def _say(proxy: Proxy, *parts: bytes, end: bool = True) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    for part in parts:
        writer.write(part)
        await writer.drain()
    if end:
        writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_a_tunnel_carries_both_ways_and_ends_one_way_at_a_time() -> None:
    async with _proxy() as proxy:
        answer = await _say(proxy, CONNECT, b"hello ", b"world")
    assert answer == b"HTTP/1.1 200 Connection established\r\n\r\nHELLO WORLD"


async def test_a_large_body_passes_whole() -> None:
    async with _proxy() as proxy:
        answer = await _say(proxy, CONNECT, b"x" * 1_000_000)
    assert answer.partition(b"\r\n\r\n")[2] == b"X" * 1_000_000


@pytest.mark.parametrize(
    ("head", "status", "text"),
    [
        pytest.param(b"CONNECT example.com:443 HTTP/1.1\r\n\r\n", 403, b"example.com:443", id="unknown-host"),
        pytest.param(b"CONNECT kv-prod.vault.azure.net:22 HTTP/1.1\r\n\r\n", 403, b":22", id="another-port"),
        pytest.param(b"CONNECT dead.vault.azure.net:443 HTTP/1.1\r\n\r\n", 502, b"nothing answers", id="dead-server"),
        pytest.param(b"GET http://example.com/ HTTP/1.1\r\n\r\n", 405, b"CONNECT alone", id="get"),
        pytest.param(b"CONNECT example.com HTTP/1.1\r\n\r\n", 400, b"host:port", id="no-port"),
        pytest.param(b"CONNECT example.com:0 HTTP/1.1\r\n\r\n", 400, b"host:port", id="port-zero"),
        pytest.param(b"CONNECT :443 HTTP/1.1\r\n\r\n", 400, b"host:port", id="no-host"),
        pytest.param(b"\x16\x03\x01\r\n\r\n", 400, b"host:port", id="tls-to-the-proxy"),
        pytest.param(b"CONNECT kv", 400, b"head", id="cut"),
        pytest.param(b"CONNECT " + b"x" * MAX_HEAD_BYTES * 2, 400, b"head", id="too-long"),
    ],
)
async def test_refuses_with_one_clear_line(head: bytes, status: int, text: bytes) -> None:
    async with _proxy() as proxy:
        answer = await _say(proxy, head)
    first, _, body = answer.partition(b"\r\n\r\n")
    assert first.startswith(f"HTTP/1.1 {status} ".encode())
    assert text in body
    assert body.count(b"\n") == 1


async def test_a_host_name_has_no_case_and_may_end_in_a_dot() -> None:
    async with _proxy() as proxy:
        answer = await _say(proxy, b"CONNECT KV-Prod.vault.Azure.net.:443 HTTP/1.1\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")


async def test_closing_cuts_the_tunnels() -> None:
    async with _proxy() as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(CONNECT)
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        await proxy.close()
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


async def test_a_taken_port_is_named() -> None:
    async with _proxy() as proxy:
        with pytest.raises(PortInUseError, match=str(proxy.port)):
            await Proxy(lambda _host, _port: None).open(port=proxy.port)


async def test_closing_what_was_never_opened_is_no_error() -> None:
    await Proxy(lambda _host, _port: None).close()


async def test_one_tunnel_too_many_is_refused() -> None:
    async with _proxy(max_tunnels=1) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(CONNECT)
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        assert (await _say(proxy, CONNECT)).startswith(b"HTTP/1.1 503")
        writer.write_eof()
        await reader.read()
        writer.close()
        await writer.wait_closed()
