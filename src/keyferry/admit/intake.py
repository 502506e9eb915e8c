"""Takes the bodies of requests: so long, so large, and so many at once as the process can bear. Called by serve.

Whoever reaches the webhook's port can send to it, unasked who he is, and a container that is short of memory is killed.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, TypeAlias

from aiohttp import web

from keyferry.kube.wire.admission import Refusal

MAX_BYTES: Final = 7 * 1024 * 1024  # an object has 1.5 MiB at most; a review holds two of them, and their fields
FREE_BYTES: Final = 64 * 1024  # of each body: most reviews are smaller, and are taken whatever others send
HELD_BYTES: Final = 16 * 1024 * 1024  # of all larger bodies together, until each is answered
MAX_VALUES: Final = 1_000_000  # of a body: what is three bytes of JSON, as `{},`, may be 72 in memory
BODY_SECONDS: Final = 10.0  # by then the API server has given up

Taken: TypeAlias = bytes | Refusal


class Intake:
    """The bodies that are being read and answered now."""

    def __init__(self) -> None:
        self._held = 0

    @asynccontextmanager
    async def taken(self, request: web.BaseRequest) -> AsyncIterator[Taken]:
        """Give the body, or why it is not taken. It counts as held until the end of the block."""
        share = [0]
        try:
            yield await self._read(request, share)
        finally:
            self._held -= share[0]

    async def _read(self, request: web.BaseRequest, share: list[int]) -> Taken:
        length = request.content_length
        if length is not None and length <= FREE_BYTES and request.content.is_eof():
            return request.content.read_nowait()  # it came with its head, as most do: there is nothing to wait for
        if (length or 0) > MAX_BYTES:
            return too_large()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await self._joined(request, share)
        except TimeoutError:
            return Refusal(code=408, reason="Timeout", message="the review did not come to its end")

    async def _joined(self, request: web.BaseRequest, share: list[int]) -> Taken:
        chunks, size = [], 0
        async for chunk in request.content.iter_any():
            chunks.append(chunk)
            size += len(chunk)
            if size > MAX_BYTES:
                return too_large()
            if not self._hold(size - FREE_BYTES, share):
                return Refusal(code=429, reason="TooManyRequests", message="too many large reviews are under way")
        body = b"".join(chunks)
        if size > FREE_BYTES and body.count(b",") + body.count(b"{") + body.count(b"[") > MAX_VALUES:
            return _refused(f"a review has at most {MAX_VALUES} values")
        return body

    def _hold(self, size: int, share: list[int]) -> bool:
        """Let a body's share be `size`; return whether there is room."""
        more = max(0, size - share[0])
        if self._held + more > HELD_BYTES:
            return False
        self._held += more
        share[0] += more
        return True


def too_large() -> Refusal:
    """Return the answer to a body that is too large."""
    return _refused(f"a review has at most {MAX_BYTES} bytes")


def _refused(message: str) -> Refusal:
    return Refusal(code=413, reason="RequestEntityTooLarge", message=message)
