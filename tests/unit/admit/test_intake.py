"""Bodies are taken within bounds, and what one stranger sends keeps no ordinary review out."""

import asyncio
import io
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from keyferry.admit.intake import FREE_BYTES, HELD_BYTES, MAX_BYTES, MAX_VALUES, Intake
from keyferry.kube.wire.admission import Refusal
from keyferry.runtime.listening import Listening

LARGE = b"x" * (MAX_BYTES - 100)
HOLDERS = HELD_BYTES // MAX_BYTES


class Receiver:
    """Takes bodies, and tells of each how it was taken; those of `/kept` are held on to until `goes_on`."""

    def __init__(self) -> None:
        self._intake = Intake()
        self.kept = asyncio.Semaphore(0)
        self.goes_on = asyncio.Event()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        async with self._intake.taken(request) as body:
            if isinstance(body, Refusal):
                return web.Response(status=body.code, text=body.reason)
            if request.path == "/kept":
                self.kept.release()
                await self.goes_on.wait()
            return web.Response(text=str(len(body)))


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
async def session(receiver: Receiver) -> AsyncIterator[aiohttp.ClientSession]:
    listening = Listening(receiver.answer)
    await listening.open("127.0.0.1:0", "--address")
    async with aiohttp.ClientSession(f"http://127.0.0.1:{listening.port}") as session:
        yield session
    await listening.close()


async def post(session: aiohttp.ClientSession, body: bytes, path: str = "/") -> tuple[int, str]:
    async with session.post(path, data=io.BytesIO(body)) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"", 200, id="empty"),
        pytest.param(b"x" * MAX_BYTES, 200, id="largest"),
        pytest.param(b"x" * (MAX_BYTES + 1), 413, id="too-large"),
        pytest.param(b"{}," * (MAX_VALUES // 2), 200, id="many-values"),
        pytest.param(b"{}," * (MAX_VALUES // 2 + 1), 413, id="too-many-values"),
    ],
)
async def test_bounds(session: aiohttp.ClientSession, body: bytes, status: int) -> None:
    assert (await post(session, body))[0] == status


async def test_large_bodies_share_a_bound_and_small_ones_do_not(
    session: aiohttp.ClientSession, receiver: Receiver
) -> None:
    kept = [asyncio.create_task(post(session, LARGE, "/kept")) for _ in range(HOLDERS)]
    for _ in kept:
        await receiver.kept.acquire()
    assert await post(session, LARGE) == (429, "TooManyRequests")
    assert await post(session, b"x" * FREE_BYTES) == (200, str(FREE_BYTES))
    receiver.goes_on.set()
    assert [(await each)[0] for each in kept] == [200] * HOLDERS
    for _ in range(2 * HOLDERS):
        assert (await post(session, LARGE))[0] == 200, "what is answered is held no more"
