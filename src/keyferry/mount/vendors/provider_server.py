"""Our provider for the driver of upstream, of both generations: v1alpha1.CSIDriverProvider on a socket. Called by run.

The driver looks for `azure.sock` in its folder for providers. gRPC's health check is served beside it, as upstream's
Azure provider does.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from keyferry.mount.protobuf import health_pb2, provider_pb2
from keyferry.mount.rpc import liveness
from keyferry.mount.rpc.grpc_errors import Code, CodedError
from keyferry.mount.rpc.grpc_server import SocketServer
from keyferry.mount.rpc.services import Service, unary
from keyferry.mount.state import Provider
from keyferry.mount.vendors import provider_requests

NAME: Final = "v1alpha1.CSIDriverProvider"
HEALTH_NAME: Final = "grpc.health.v1.Health"
VERSION: Final = "v1alpha1"
RUNTIME_NAME: Final = "keyferry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Which provider is served, in which version of keyferry, and how old what it delivers may be."""

    provider: Provider
    name: str
    version: str
    interval: timedelta


class ProviderServer:
    """The socket at `path`, from `open` until `close`."""

    def __init__(self, path: Path, served: Served) -> None:
        self._served = served
        self._server = SocketServer(path, [self._providing(), self._health()])

    async def open(self) -> None:
        """Listen. SpecError where another provider already does."""
        await self._server.open()

    async def close(self, grace_seconds: float = 0.0) -> None:
        """Take the socket away; mounts that run have `grace_seconds` to end."""
        await self._server.close(grace_seconds)

    async def problem(self) -> str:
        """Return "" when the socket answers as the driver's user would find it, else what is wrong. For /healthz."""
        request = health_pb2.HealthCheckRequest(service=NAME)
        answer = await liveness.asked(
            self._server.path, f"/{HEALTH_NAME}/Check", request, health_pb2.HealthCheckResponse
        )
        return f"the provider's socket does not answer: {answer}" if isinstance(answer, str) else ""

    def _providing(self) -> Service:
        return Service(
            name=NAME,
            methods={
                "Version": unary("Version", provider_pb2.VersionRequest, self._version),
                "Mount": unary("Mount", provider_pb2.MountRequest, self._mount),
            },
        )

    def _health(self) -> Service:
        return Service(name=HEALTH_NAME, methods={"Check": unary("Check", health_pb2.HealthCheckRequest, _check)})

    async def _version(self, _request: provider_pb2.VersionRequest) -> provider_pb2.VersionResponse:
        return provider_pb2.VersionResponse(
            version=VERSION,
            runtime_name=RUNTIME_NAME,
            runtime_version=self._served.version,
        )

    async def _mount(self, request: provider_pb2.MountRequest) -> provider_pb2.MountResponse:
        mount = provider_requests.mount_of(request, self._served.name)
        delivery = await self._served.provider.deliver(mount, interval=self._served.interval)
        return provider_requests.response_of(delivery)


async def _check(request: health_pb2.HealthCheckRequest) -> health_pb2.HealthCheckResponse:
    if request.service not in {"", NAME}:
        raise CodedError(code=Code.NOT_FOUND, what="no such service is served here")
    return health_pb2.HealthCheckResponse(status=health_pb2.HealthCheckResponse.SERVING)
