import asyncio
import gc
import logging
import ssl
from datetime import timedelta

import aiohttp
import pytest
import structlog
from aiohttp import web

from keyferry.model.errors import SpecError
from keyferry.runtime.listening import Limits, Listening, parse_address
from tests.fakes.patience import patient


async def _hello(_request: web.BaseRequest) -> web.StreamResponse:
    return web.Response(text="hello")


async def test_answers_until_it_is_closed() -> None:
    listening = Listening(_hello)
    await listening.open("127.0.0.1:0", "--some-addr")
    async with aiohttp.ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{listening.port}/") as answer:
            assert await answer.text() == "hello"
        await listening.close()
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"http://127.0.0.1:{listening.port}/")


async def _ended(port: int, sent: bytes = b"") -> bytes:
    """Everything that comes on a connection until the listener ends it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    async with patient():
        said = await reader.read()
    writer.close()
    return said


@pytest.mark.parametrize("sent", [pytest.param(b"", id="nothing"), pytest.param(b"GET / HTTP/1.1\r\nX: ", id="half")])
async def test_a_connection_that_asks_for_nothing_is_ended(sent: bytes) -> None:
    listening = Listening(_hello, Limits(first_request=timedelta(milliseconds=20)))
    await listening.open("127.0.0.1:0", "--some-addr")
    assert await _ended(listening.port, sent) == b""
    await listening.close()


async def test_a_handshake_that_does_not_come_is_ended() -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    listening = Listening(_hello, Limits(handshake=timedelta(milliseconds=20)))
    await listening.open("127.0.0.1:0", "--some-addr", tls)
    assert await _ended(listening.port) == b""
    await listening.close()


async def test_where_there_are_too_many_connections_what_rests_longest_is_ended(
    caplog: pytest.LogCaptureFixture,
) -> None:
    listening = Listening(_hello, Limits(connections=2))
    await listening.open("127.0.0.1:0", "--some-addr")
    opened = [await asyncio.open_connection("127.0.0.1", listening.port) for _ in range(2)]
    (first, first_writer), (second, second_writer) = opened
    first_writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    async with patient():
        await first.readuntil(b"hello")
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{listening.port}/") as answer:
                assert answer.status == 200
            assert await second.read() == b"", "it has not asked for anything"
            first_writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await first.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
    first_writer.close()
    second_writer.close()
    await listening.close()
    gc.collect()  # has asyncio tell of tasks that failed unseen
    assert caplog.text == ""


async def test_where_all_connections_are_being_asked_a_new_one_is_ended() -> None:
    goes_on = asyncio.Event()

    async def slow(_: web.BaseRequest) -> web.StreamResponse:
        await goes_on.wait()
        return web.Response(text="hello")

    listening = Listening(slow, Limits(connections=1))
    await listening.open("127.0.0.1:0", "--some-addr")
    reader, writer = await asyncio.open_connection("127.0.0.1", listening.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    async with patient():
        while listening.is_idle:  # noqa: ASYNC110  (the request is about to come)
            await asyncio.sleep(0.001)
        assert await _ended(listening.port) == b""
        goes_on.set()
        await reader.readuntil(b"hello")
    writer.close()
    await listening.close()


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"X-Key: sesame-sesame\x00\r\n", id="control-character"),
        pytest.param(b"X-Key: sesame-sesame" + b"e" * 10_000 + b"\r\n", id="too-long"),
        pytest.param(b"sesame-sesame\r\n", id="no-header"),
        pytest.param(b"".join(b"X-%d: sesame-sesame\r\n" % number for number in range(1000)), id="too-many"),
    ],
)
async def test_what_strangers_send_is_not_logged(head: bytes, caplog: pytest.LogCaptureFixture) -> None:
    listening = Listening(_hello)
    await listening.open("127.0.0.1:0", "--some-addr")
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as lines:
        assert b" 400 " in await _ended(listening.port, b"GET / HTTP/1.1\r\nHost: a\r\n" + head + b"\r\n")
    assert "sesame" not in f"{caplog.text}{lines}"
    await listening.close()


async def test_a_handler_that_fails_is_logged_by_its_type(caplog: pytest.LogCaptureFixture) -> None:
    async def fail(_request: web.BaseRequest) -> web.StreamResponse:
        raise ValueError("sesame")

    listening = Listening(fail)
    await listening.open("127.0.0.1:0", "--some-addr")
    async with aiohttp.ClientSession() as session:
        with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as lines:
            async with session.get(f"http://127.0.0.1:{listening.port}/x") as answer:
                assert (answer.status, await answer.text()) == (500, "")
    assert [(line["event"], line["path"], line["cause"]) for line in lines] == [
        ("listening.request_failed", "/x", "ValueError")
    ]
    assert "sesame" not in caplog.text
    await listening.close()


async def test_closing_what_never_opened_is_nothing() -> None:
    listening = Listening(_hello)
    await listening.drain(timedelta(hours=1))
    await listening.close()


async def test_who_retires_answers_on_and_ends_each_connection_with_its_answer() -> None:
    listening = Listening(_hello)
    await listening.open("127.0.0.1:0", "--some-addr")
    async with aiohttp.ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{listening.port}/") as answer:
            assert "Connection" not in answer.headers
        listening.retire()
        for _ in range(2):
            async with session.get(f"http://127.0.0.1:{listening.port}/") as answer:
                assert (answer.headers["Connection"], await answer.text()) == ("close", "hello")
    await listening.close()


async def _echo(request: web.BaseRequest) -> web.StreamResponse:
    return web.Response(body=await request.read())


async def test_a_body_on_its_way_comes_to_its_end() -> None:
    listening = Listening(_echo)
    await listening.open("127.0.0.1:0", "--some-addr")
    reader, writer = await asyncio.open_connection("127.0.0.1", listening.port)
    writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nses")
    while listening.is_idle:  # noqa: ASYNC110  (the half is about to arrive)
        await asyncio.sleep(0.001)
    draining = asyncio.create_task(listening.drain(timedelta(seconds=10)))
    await asyncio.sleep(0)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", listening.port)
    writer.write(b"ame")
    async with patient():
        await draining
        await listening.close()
        assert (await reader.read()).endswith(b"\r\n\r\nsesame")
    writer.close()


async def test_patience_with_a_body_that_does_not_come_ends() -> None:
    listening = Listening(_echo)
    await listening.open("127.0.0.1:0", "--some-addr")
    _, writer = await asyncio.open_connection("127.0.0.1", listening.port)
    writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nses")
    while listening.is_idle:  # noqa: ASYNC110  (the half is about to arrive)
        await asyncio.sleep(0.001)
    async with patient():
        await listening.drain(timedelta(milliseconds=10))
        assert not listening.is_idle
        writer.close()
        await listening.close()


async def test_a_taken_port_names_the_flag() -> None:
    first = Listening(_hello)
    await first.open("127.0.0.1:0", "--some-addr")
    with pytest.raises(SpecError, match=r"the port is in use.*--some-addr"):
        await Listening(_hello).open(f"127.0.0.1:{first.port}", "--some-addr")
    await first.close()


@pytest.mark.parametrize(
    ("address", "parsed"),
    [
        pytest.param(":8080", ("", 8080), id="every-interface"),
        pytest.param("127.0.0.1:0", ("127.0.0.1", 0), id="ipv4"),
        pytest.param("[::1]:9", ("::1", 9), id="ipv6"),
    ],
)
def test_parses_addresses(address: str, parsed: tuple[str, int]) -> None:
    assert parse_address(address) == parsed


@pytest.mark.parametrize("address", ["8080", "host:", ":-1", ":65536", ":a", ":²"])
def test_refuses_malformed_addresses(address: str) -> None:
    with pytest.raises(SpecError, match="not an address"):
        parse_address(address)
