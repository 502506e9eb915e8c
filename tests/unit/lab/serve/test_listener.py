import asyncio
import io
import socket
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from keyferry.lab.serve.connections import QUIET_SECONDS
from keyferry.lab.serve.listener import MAX_BODY_BYTES, Handler, Listener, PortInUseError
from keyferry.lab.world.http import Partial, Request, Reset, Response, Streaming
from tests.fakes.patience import patient

NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def _echo(request: Request) -> Response:
    text = f"{request.method} {request.host} {request.path} {request.query} {len(request.body)}"
    return Response(status=201, headers=(("X-Seen", request.headers.get("x-sent", "")),), body=text.encode())


@asynccontextmanager
async def _open(handler: Handler) -> AsyncIterator[str]:
    listener = Listener(handler, lambda: NOW)
    await listener.open(context=None)
    try:
        yield f"http://127.0.0.1:{listener.port}"
    finally:
        await listener.close()


async def test_a_request_becomes_a_value_and_a_value_an_answer() -> None:
    async with _open(_echo) as url, aiohttp.ClientSession() as session:
        headers = {"Host": "KV-One.vault.azure.net", "X-Sent": "s"}
        async with session.put(f"{url}/a%20b?x=1&x=2", data=b"123", headers=headers) as answer:
            assert (answer.status, answer.headers["X-Seen"]) == (201, "s")
            assert await answer.text() == "PUT kv-one.vault.azure.net /a b (('x', '1'), ('x', '2')) 3"


@pytest.mark.parametrize(
    ("size", "status"),
    [
        pytest.param(MAX_BODY_BYTES, 201, id="as-large-as-it-may-be"),
        pytest.param(MAX_BODY_BYTES + 1, 413, id="too-large"),
    ],
)
async def test_a_body_has_a_limit(size: int, status: int) -> None:
    body = io.BytesIO(b"x" * size)
    async with _open(_echo) as url, aiohttp.ClientSession() as session, session.put(url, data=body) as answer:
        assert answer.status == status


async def test_a_reset_cuts_the_connection() -> None:
    async def cut(_request: Request) -> Reset:
        return Reset()

    async with _open(cut) as url, aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientError):
            await session.get(url)


async def test_a_stream_gives_what_is_ready_until_it_ends() -> None:
    chunks: list[bytes | None] = [b"one", b"", b"two", None]

    def subscribe(wake: Callable[[], None]) -> Callable[[], None]:
        handle = asyncio.get_running_loop().call_soon(_keep_waking, wake)
        return handle.cancel

    def _keep_waking(wake: Callable[[], None]) -> None:
        wake()
        if chunks:
            asyncio.get_running_loop().call_soon(_keep_waking, wake)

    async def stream(_request: Request) -> Streaming:
        return Streaming(read=lambda _now: chunks.pop(0), subscribe=subscribe)

    async with _open(stream) as url, aiohttp.ClientSession() as session, session.get(url) as answer:
        assert await answer.read() == b"onetwo"


async def test_a_stream_is_read_again_at_its_deadline() -> None:
    chunks: list[bytes | None] = [b"", None]

    async def stream(_request: Request) -> Streaming:
        return Streaming(read=lambda _now: chunks.pop(0), subscribe=lambda _wake: lambda: None, deadline=NOW)

    async with _open(stream) as url, aiohttp.ClientSession() as session, session.get(url) as answer:
        assert await answer.read() == b""


async def test_closing_ends_a_stream_that_would_not() -> None:
    async def stream(_request: Request) -> Streaming:
        return Streaming(read=lambda _now: b"", subscribe=lambda _wake: lambda: None)

    async with aiohttp.ClientSession() as session:
        async with _open(stream) as url:
            answer = await session.get(url)
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.read()


@pytest.mark.parametrize(
    ("headers", "date"),
    [
        pytest.param((), "Thu, 01 Jan 2026 00:00:00 GMT", id="the-labs"),
        pytest.param((("date", "never"),), "never", id="the-services-own"),
    ],
)
async def test_an_answer_tells_one_date(headers: tuple[tuple[str, str], ...], date: str) -> None:
    async def answer_it(_request: Request) -> Response:
        return Response(status=200, headers=headers)

    async with _open(answer_it) as url, aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.headers.getall("Date") == [date]


@pytest.mark.parametrize("stalls", [True, False])
async def test_a_part_of_an_answer_promises_the_whole(stalls: bool) -> None:
    async def partly(_request: Request) -> Partial:
        return Partial(response=Response(status=201, body=b"0123456789"), sent_bytes=4, stalls=stalls)

    async with _open(partly) as url, aiohttp.ClientSession() as session, session.get(url) as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (201, "10")
        assert await answer.content.readexactly(4) == b"0123"
        with pytest.raises(TimeoutError if stalls else aiohttp.ClientPayloadError):
            async with asyncio.timeout(0.3) if stalls else patient():
                await answer.content.read()


async def test_a_body_that_does_not_come_is_not_waited_for_long() -> None:
    listener = Listener(_echo, lambda: NOW, body_seconds=0.05)
    await listener.open(context=None)
    data = b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n12"
    assert await _raw(listener.port, data) == b""
    await listener.close()


async def test_who_sends_a_head_byte_by_byte_is_not_waited_for_ever() -> None:
    listener = Listener(_echo, lambda: NOW)
    await listener.open(context=None)
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    writer.write(b"GET / HTTP/1.1\r\nHo")
    await writer.drain()
    async with patient(), aiohttp.ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{listener.port}/") as answer:
            assert answer.status == 201, "others are served meanwhile"
        assert listener._connections is not None
        for later in (0.0, 2 * QUIET_SECONDS):
            listener._connections.sweep(asyncio.get_running_loop().time() + later)
        assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    await listener.close()


async def test_a_taken_port_is_named() -> None:
    async with _open(_echo) as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(PortInUseError, match=str(port)):
            await Listener(_echo, lambda: NOW).open(context=None, port=port)


async def test_a_unix_socket_is_its_owner_s_alone_and_goes_away(tmp_path: Path) -> None:
    path = tmp_path / "lab.sock"
    listener = Listener(_echo, lambda: NOW)
    await listener.open_unix(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(PortInUseError, match=r"lab\.sock"):
        await Listener(_echo, lambda: NOW).open_unix(path)
    connector = aiohttp.UnixConnector(str(path))
    async with aiohttp.ClientSession(connector=connector) as session, session.get("http://lab/x") as answer:
        assert answer.status == 201
    await listener.close()
    assert not path.exists()


async def test_a_socket_that_a_killed_process_left_behind_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    listener = Listener(_echo, lambda: NOW)
    await listener.open_unix(path)
    second = Listener(_echo, lambda: NOW)
    with pytest.raises(PortInUseError, match="is there already"):
        await second.open_unix(path)
    await listener.close()


async def test_a_file_in_a_socket_s_place_is_never_removed(tmp_path: Path) -> None:
    path = tmp_path / "s"
    path.write_text("precious")
    with pytest.raises(PortInUseError):
        await Listener(_echo, lambda: NOW).open_unix(path)
    assert path.read_text() == "precious"


async def test_a_unix_socket_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await Listener(_echo, lambda: NOW).open_unix(tmp_path / "none" / "lab.sock")


async def test_closing_what_was_never_opened_is_no_error() -> None:
    await Listener(_echo, lambda: NOW).close()


async def _raw(port: int, data: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer s3cret\x01\r\n\r\n", id="header"),
        pytest.param(b"GET /s3cret\xff HTTP/1.1\r\nHost: a\r\n\r\n", id="path"),
        pytest.param(b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\ns3cret\r\n", id="chunk"),
        pytest.param(b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n1s3cret / HTTP/1.1\r\n\r\n", id="tail"),
    ],
)
async def test_what_is_no_http_is_not_written_to_the_log(data: bytes, caplog: pytest.LogCaptureFixture) -> None:
    async with _open(_echo) as url:
        assert b" 400 " in await _raw(int(url.rpartition(":")[2]), data)
    assert "s3cret" not in caplog.text


async def test_a_fault_of_the_lab_is_written_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async def break_down(_request: Request) -> Response:
        raise LookupError("the lab's own fault")

    async with _open(break_down) as url, aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 500
    assert "the lab's own fault" in caplog.text


async def test_a_host_that_is_none_is_a_bad_request() -> None:
    async with _open(_echo) as url:
        answer = await _raw(
            int(url.rpartition(":")[2]), b"GET / HTTP/1.1\r\nHost: a:99999\r\nConnection: close\r\n\r\n"
        )
    assert answer.startswith(b"HTTP/1.1 400 ")
