"""Another vendor's provider, asked over its socket: a Provider like our own. Called by run and publisher.

One connection for each provider. A provider that was installed anew makes another socket under the same name or in
another folder, and the next call goes there; the driver of upstream keeps the first one for ever.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import grpc.aio

from keyferry.model.errors import Unavailable
from keyferry.mount import provider_messages, provider_sockets
from keyferry.mount.protobuf.provider_pb2 import MountRequest, MountResponse, VersionRequest, VersionResponse
from keyferry.mount.provider_sockets import Found
from keyferry.mount.state import Delivery, Mount

SERVICE: Final = "v1alpha1.CSIDriverProvider"
VERSION: Final = "v1alpha1"

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Connection:
    found: Found
    channel: grpc.aio.Channel


class VendorProviders:
    """The providers whose sockets lie in `folders`; the first folder wins. Close it at the end."""

    def __init__(self, folders: Sequence[Path], terms: Terms | None = None) -> None:
        self._folders = tuple(folders)
        self._terms = terms or Terms()
        self._connections: dict[str, _Connection] = {}
        self._retired: dict[asyncio.Task[None], grpc.aio.Channel] = {}

    async def deliver(self, mount: Mount, *, interval: timedelta, fresh: bool = False) -> Delivery:  # noqa: ARG002  (a provider's own cache is its business)
        """Return what the provider that `mount` names delivers: always asked, nothing is kept.

        Raises SpecError for a name that cannot be, NotFound without a socket, Unavailable, Throttled, GrantError, and
        CodedError with the provider's own code.
        """
        channel = await self._connected(mount.provider)
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

    async def version(self, provider: str) -> str:
        """Return the name and version that the provider gives itself; raises as `deliver`."""
        channel = await self._connected(provider)
        call = channel.unary_unary(
            f"/{SERVICE}/Version",
            request_serializer=VersionRequest.SerializeToString,
            response_deserializer=VersionResponse.FromString,
        )
        try:
            answer = await call(VersionRequest(version=VERSION), timeout=self._terms.connecting.total_seconds())
        except grpc.aio.AioRpcError as refusal:
            raise _translated(refusal, provider) from None
        return f"{answer.runtime_name} {answer.runtime_version}"

    async def close(self) -> None:
        """Close every connection; calls that run are ended."""
        connections, self._connections = self._connections, {}
        retired, self._retired = self._retired, {}
        for task in retired:
            task.cancel()
        await asyncio.gather(*retired, return_exceptions=True)
        channels = (*retired.values(), *(connection.channel for connection in connections.values()))
        await asyncio.gather(*(channel.close() for channel in channels))

    async def _connected(self, provider: str) -> grpc.aio.Channel:
        channel = self._channel(provider, provider_sockets.find(provider, self._folders))
        try:
            async with asyncio.timeout(self._terms.connecting.total_seconds()):
                await channel.channel_ready()
        except TimeoutError:
            raise Unavailable(
                what=f"provider {provider} did not deliver the files",
                cause="its socket is there, and nobody answers on it",
                remedy=f"look at the pod of provider {provider} on this node",
            ) from None
        return channel

    def _channel(self, provider: str, found: Found) -> grpc.aio.Channel:
        held = self._connections.get(provider)
        if held is not None and held.found == found:
            return held.channel
        if held is not None:
            self._retire(held.channel)
        channel = grpc.aio.insecure_channel(f"unix:{found.path}", options=_options(self._terms))
        self._connections[provider] = _Connection(found=found, channel=channel)
        return channel

    def _retire(self, channel: grpc.aio.Channel) -> None:
        """Close a connection once the calls on it have ended."""
        task = asyncio.create_task(channel.close(self._terms.answering.total_seconds()))
        self._retired[task] = channel
        task.add_done_callback(lambda done: self._retired.pop(done, None))


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
