"""Makes the driver known to kubelet, as the node-driver-registrar does, without being a process of its own.

kubelet watches its folder of registration sockets and is the client of those it finds there. A socket that goes away
takes the driver out of the node's list. Source: pkg/kubelet/pluginmanager of Kubernetes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from keyferry.model.errors import Unavailable, foreign
from keyferry.mount.protobuf import plugin_registration_pb2 as messages
from keyferry.mount.rpc import endpoints
from keyferry.mount.rpc.grpc_server import SocketServer
from keyferry.mount.rpc.services import Service, unary

NAME: Final = "pluginregistration.Registration"
TYPE: Final = "CSIPlugin"
VERSIONS: Final = ("1.0.0",)  # kubelet takes the highest that it knows, and refuses 2 and up

_LOG = structlog.get_logger(__name__)

OnRefusal = Callable[[Unavailable], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What kubelet is told: the driver, and its CSI socket by the path that the node knows it by."""

    driver_name: str
    endpoint: str


class Registration:
    """The socket in kubelet's folder, from `open` until `close`.

    `on_refusal` is called where kubelet would not have the driver: the process should end, so that it is tried again.
    """

    def __init__(self, folder: Path, registered: Registered, on_refusal: OnRefusal) -> None:
        path = endpoints.checked(str(folder / f"{registered.driver_name}-reg.sock"), "--registration-dir")
        self._registered = registered
        self._on_refusal = on_refusal
        self._accepted = False
        self._server = SocketServer(Path(path), [self._service()])

    async def open(self) -> None:
        """Let kubelet find the socket. The CSI socket must be served already. SpecError where it cannot lie there."""
        await self._server.open()

    async def close(self) -> None:
        """Take the socket away: kubelet sends no new volumes here."""
        await self._server.close()

    def missing(self) -> str:
        """A readiness check: "" once kubelet has taken the driver."""
        return "" if self._accepted else "kubelet has not registered the driver yet"

    def _service(self) -> Service:
        return Service(
            name=NAME,
            methods={
                "GetInfo": unary("GetInfo", messages.InfoRequest, self._info),
                "NotifyRegistrationStatus": unary(
                    "NotifyRegistrationStatus", messages.RegistrationStatus, self._notified
                ),
            },
        )

    async def _info(self, _request: messages.InfoRequest) -> messages.PluginInfo:
        return messages.PluginInfo(
            type=TYPE,
            name=self._registered.driver_name,
            endpoint=self._registered.endpoint,
            supported_versions=VERSIONS,
        )

    async def _notified(self, status: messages.RegistrationStatus) -> messages.RegistrationStatusResponse:
        self._accepted = status.plugin_registered
        if status.plugin_registered:
            _LOG.info("registration.accepted", driver=self._registered.driver_name)
        else:
            refusal = Unavailable(
                what=f"kubelet does not register {self._registered.driver_name}",
                cause=foreign(status.error),
                remedy="see that --kubelet-registration-path is right, and that no other plugin has the name",
            )
            _LOG.error("registration.refused", cause=str(refusal))
            self._on_refusal(refusal)
        return messages.RegistrationStatusResponse()
