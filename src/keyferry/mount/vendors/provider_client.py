"""Another vendor's provider, asked over its socket: a Provider like our own. Called by run and publisher.

One connection for each provider. A provider that was installed anew makes another socket under the same name or in
another folder, and the next call goes there; the driver of upstream keeps the first one for ever.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import grpc.aio

from keyferry.model.errors import Unavailable
from keyferry.mount.protobuf.provider_pb2 import MountRequest, MountResponse
from keyferry.mount.state import Delivery, Mount
from keyferry.mount.vendors import provider_messages, provider_sockets
from keyferry.mount.vendors.provider_sockets import Found

SERVICE: Final = "v1alpha1.CSIDriverProvider"

# Keys as grpc for C reads them: https://github.com/grpc/grpc-proto/blob/master/grpc/service_config/service_config.proto
_SERVICE_CONFIG: Final = json.dumps(
    {
        "methodConfig": [
            {
                "name": [{"service": SERVICE}],
                "retryPolicy": {
                    "maxAttempts": 3,
                    "initialBackoff": "0.2s",
                    "maxBackoff": "2s",
                    "backoffMultiplier": 2,
                    "retryableStatusCodes": ["UNAVAILABLE"],
                },
            },
        ],
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long a provider may take to be there and to answer, and how much it may answer.

    The whole call ends before kubelet's two minutes do, so that its error still reaches the pod's events.
    """

    most_bytes: int = 4 * 1024 * 1024
    connecting: timedelta = timedelta(seconds=10)
    answering: timedelta = timedelta(seconds=100)


@dataclass(slots=True, eq=False)
class _Connection:
    """A channel to one socket, and how many calls are on it. A retired one is closed after its last."""

    found: Found
    channel: grpc.aio.Channel
    calls: int = 0


class VendorProviders:
    """The providers whose sockets lie in `folders`; the first folder wins. Close it at the end."""

    def __init__(self, folders: Sequence[Path], terms: Terms | None = None) -> None:
        self._folders = tuple(folders)
        self._terms = terms or Terms()
        self._connections: dict[str, _Connection] = {}
        self._retired: set[_Connection] = set()

    async def deliver(self, mount: Mount, *, interval: timedelta, fresh: bool = False) -> Delivery:  # noqa: ARG002  (a provider's own cache is its business)
        """Return what the provider that `mount` names delivers: always asked, nothing is kept.

        Raises SpecError for a name that cannot be, NotFound without a socket, Unavailable, Throttled, GrantError, and
        CodedError with the provider's own code.
        """
        async with self._connected(mount.provider) as channel:
            call = channel.unary_unary(
                f"/{SERVICE}/Mount",
                request_serializer=MountRequest.SerializeToString,
                response_deserializer=MountResponse.FromString,
            )
            try:
                answer = await call(provider_messages.request_of(mount), timeout=self._terms.answering.total_seconds())
            except grpc.aio.AioRpcError as refusal:
                raise _translated(refusal, mount.provider) from None
        return provider_messages.delivery_of(answer, mount.provider)

    async def close(self) -> None:
        """Close every connection; calls that run are ended."""
        connections = (*self._connections.values(), *self._retired)
        self._connections, self._retired = {}, set()
        await asyncio.gather(*(connection.channel.close() for connection in connections))

    @asynccontextmanager
    async def _connected(self, provider: str) -> AsyncIterator[grpc.aio.Channel]:
        connection = self._connection(provider, provider_sockets.find(provider, self._folders))
        connection.calls += 1
        try:
            await self._close_retired()
            await self._wait_for(connection.channel, provider)
            yield connection.channel
        finally:
            connection.calls -= 1
            await self._close_retired()

    async def _wait_for(self, channel: grpc.aio.Channel, provider: str) -> None:
        try:
            async with asyncio.timeout(self._terms.connecting.total_seconds()):
                await channel.channel_ready()
        except TimeoutError:
            raise Unavailable(
                what=f"provider {provider} did not deliver the files",
                cause="its socket is there, and nobody answers on it",
                remedy=f"look at the pod of provider {provider} on this node",
            ) from None

    def _connection(self, provider: str, found: Found) -> _Connection:
        held = self._connections.get(provider)
        if held is not None and held.found == found:
            return held
        channel = grpc.aio.insecure_channel(f"unix:{found.path}", options=_options(self._terms))
        made = self._connections[provider] = _Connection(found, channel)
        if held is not None:
            self._retired.add(held)
        return made

    async def _close_retired(self) -> None:
        for connection in [each for each in self._retired if not each.calls]:
            self._retired.discard(connection)
            await connection.channel.close()


def _options(terms: Terms) -> list[tuple[str, str | int]]:
    return [
        ("grpc.default_authority", "localhost"),  # providers refuse the default, which is the socket's path
        ("grpc.service_config", _SERVICE_CONFIG),
        ("grpc.service_config_disable_resolution", 1),
        ("grpc.max_receive_message_length", terms.most_bytes),
        ("grpc.max_send_message_length", -1),
        ("grpc.use_local_subchannel_pool", 1),  # else a new socket of an old path gets the old one's connection
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.min_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 1_000),
    ]


def _translated(refusal: grpc.aio.AioRpcError, provider: str) -> Exception:
    return provider_messages.failure_of(refusal.code().value[0], refusal.details() or "", provider)
