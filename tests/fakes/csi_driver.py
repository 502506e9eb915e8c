"""A small CSI node plugin: it writes one file into each target, counts calls, and refuses when told to."""

import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
from grpc import aio

from keyferry.lab.serve.kubelet.protobuf import csi_pb2, registration_pb2

Handler = Callable[[Any, aio.ServicerContext[Any, Any]], Awaitable[Any]]


class FakeDriver:
    """What it was asked, and what it shall answer. `leaves` says whether it forgets to remove targets."""

    def __init__(self, folder: Path, name: str = "files.csi.example") -> None:
        self.name = name
        self.type = "CSIPlugin"
        self.versions = ["1.0.0"]
        self.node_id = "machine-1"
        self.capabilities: list[int] = []
        self.refusals: list[tuple[grpc.StatusCode, str]] = []
        self.leaves = False
        self.published: list[csi_pb2.NodePublishVolumeRequest] = []
        self.unpublished: list[csi_pb2.NodeUnpublishVolumeRequest] = []
        self.told: list[tuple[bool, str]] = []
        self.endpoint = folder / "plugins" / "files" / "csi.sock"
        self.registration = folder / "plugins_registry" / f"{name}-reg.sock"

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["FakeDriver"]:
        """Serve both sockets; gone is gone, as after a SIGTERM."""
        self.endpoint.parent.mkdir(parents=True, exist_ok=True)
        node = await _serve(
            self.endpoint,
            "csi.v1.Node",
            {
                "NodeGetInfo": (self._info, csi_pb2.NodeGetInfoRequest),
                "NodeGetCapabilities": (self._offer, csi_pb2.NodeGetCapabilitiesRequest),
                "NodePublishVolume": (self._publish, csi_pb2.NodePublishVolumeRequest),
                "NodeUnpublishVolume": (self._unpublish, csi_pb2.NodeUnpublishVolumeRequest),
            },
        )
        registration = await _serve(
            self.registration,
            "pluginregistration.Registration",
            {
                "GetInfo": (self._plugin, registration_pb2.InfoRequest),
                "NotifyRegistrationStatus": (self._notified, registration_pb2.RegistrationStatus),
            },
        )
        try:
            yield self
        finally:
            await registration.stop(None)
            await node.stop(None)
            self.registration.unlink(missing_ok=True)
            self.endpoint.unlink(missing_ok=True)

    def tokens(self) -> Any:
        """What the last publish brought along as tokens."""
        key = "csi.storage.k8s.io/serviceAccount.tokens"
        last = self.published[-1]
        return json.loads(last.secrets.get(key) or last.volume_context[key])

    async def _plugin(self, _request: Any, _context: Any) -> Any:
        return registration_pb2.PluginInfo(
            type=self.type, name=self.name, endpoint=str(self.endpoint), supported_versions=self.versions
        )

    async def _notified(self, request: Any, _context: Any) -> Any:
        self.told.append((request.plugin_registered, request.error))
        return registration_pb2.RegistrationStatusResponse()

    async def _info(self, _request: Any, _context: Any) -> Any:
        return csi_pb2.NodeGetInfoResponse(node_id=self.node_id)

    async def _offer(self, _request: Any, _context: Any) -> Any:
        capability = csi_pb2.NodeServiceCapability
        kinds: list[Any] = self.capabilities
        return csi_pb2.NodeGetCapabilitiesResponse(
            capabilities=[capability(rpc=capability.RPC(type=kind)) for kind in kinds]
        )

    async def _publish(self, request: Any, context: aio.ServicerContext[Any, Any]) -> Any:
        self.published.append(request)
        target = Path(request.target_path)
        target.mkdir(exist_ok=True)  # noqa: ASYNC240  (one small call)
        if self.refusals:
            await context.abort(*self.refusals.pop(0))
        (target / "file").write_text(f"publish {len(self.published)}")
        return csi_pb2.NodePublishVolumeResponse()

    async def _unpublish(self, request: Any, _context: Any) -> Any:
        self.unpublished.append(request)
        if not self.leaves:
            shutil.rmtree(request.target_path, ignore_errors=True)
        return csi_pb2.NodeUnpublishVolumeResponse()


async def _serve(socket: Path, service: str, methods: dict[str, tuple[Handler, Any]]) -> aio.Server:
    server = aio.server()
    handlers: dict[str, Any] = {
        name: grpc.unary_unary_rpc_method_handler(
            handler,
            request_deserializer=request.FromString,
            response_serializer=lambda message: message.SerializeToString(),
        )
        for name, (handler, request) in methods.items()
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, handlers),))
    server.add_insecure_port(f"unix:{socket}")
    await server.start()
    return server
