"""Folders for unix sockets, whose paths may have 107 bytes, and calls over them by full method names."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

import grpc.aio
from google.protobuf.message import Message

from keyferry.mount.rpc.grpc_server import Limits, SocketServer
from keyferry.mount.rpc.services import Service
from tests.fakes.patience import PATIENCE

Answer = TypeVar("Answer", bound=Message)


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder with a short name, gone afterwards with all in it."""
    with tempfile.TemporaryDirectory(prefix="kf-") as folder:
        yield Path(folder)


class Client:
    """Calls methods on one socket by their full names."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._channel = channel

    async def call(self, method: str, request: Message, answer: type[Answer], timeout: float = PATIENCE) -> Answer:  # noqa: ASYNC109  (grpc's own deadline)
        """Call `method`, as `/csi.v1.Identity/Probe`. AioRpcError as the server has it."""
        call: grpc.aio.UnaryUnaryMultiCallable[Message, Answer] = self._channel.unary_unary(
            method,
            request_serializer=_serialize,
            response_deserializer=answer.FromString,
        )
        return await call(request, timeout=timeout)

    async def send(self, method: str, content: bytes) -> bytes:
        """Send any bytes at all."""
        call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = self._channel.unary_unary(method)
        return await call(content, timeout=PATIENCE)


def _serialize(message: Message) -> bytes:
    return message.SerializeToString()


@asynccontextmanager
async def client_of(path: Path) -> AsyncIterator[Client]:
    """A client of the socket at `path`."""
    async with grpc.aio.insecure_channel(
        f"unix:{path}",
        options=[("grpc.use_local_subchannel_pool", 1), ("grpc.max_receive_message_length", -1)],
    ) as channel:
        yield Client(channel)


@asynccontextmanager
async def serving(*services: Service, limits: Limits | None = None) -> AsyncIterator[Client]:
    """A client of a server of ours with these services."""
    with short_folder() as folder:
        server = SocketServer(folder / "s", services, limits)
        await server.open()
        try:
            async with client_of(server.path) as client:
                yield client
        finally:
            await server.close()
