import socket
from datetime import timedelta

from google.protobuf.wrappers_pb2 import BoolValue

from keyferry.mount.protobuf import csi_pb2
from keyferry.mount.rpc import csi_identity
from keyferry.mount.rpc.csi_identity import NAME, Plugin
from keyferry.mount.rpc.grpc_server import SocketServer
from keyferry.mount.rpc.liveness import Liveness
from keyferry.mount.rpc.services import Service, unary
from tests.fakes.unix_sockets import short_folder

PLUGIN = Plugin(driver_name="a.b", version="0.1.0", node_id="node-1")


async def test_sees_whether_the_socket_answers() -> None:
    with short_folder() as folder:
        liveness = Liveness(folder / "s")
        assert await liveness.problem() == "the CSI socket does not answer: UNAVAILABLE"
        server = SocketServer(folder / "s", [csi_identity.identity(PLUGIN)])
        await server.open()
        assert await liveness.problem() == ""
        server.path.unlink()
        assert await liveness.problem() == "the CSI socket does not answer: UNAVAILABLE"
        await server.close()


async def test_does_not_wait_for_ever() -> None:
    with short_folder() as folder, socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(folder / "s"))
        mute.listen()
        problem = await Liveness(folder / "s", timedelta(milliseconds=50)).problem()
        assert problem == "the CSI socket does not answer: DEADLINE_EXCEEDED"


async def test_believes_a_plugin_that_says_it_is_not_ready() -> None:
    async def probe(_request: csi_pb2.ProbeRequest) -> csi_pb2.ProbeResponse:
        return csi_pb2.ProbeResponse(ready=BoolValue(value=False))

    with short_folder() as folder:
        service = Service(name=NAME, methods={"Probe": unary("Probe", csi_pb2.ProbeRequest, probe)})
        server = SocketServer(folder / "s", [service])
        await server.open()
        assert await Liveness(folder / "s").problem() == "the plugin is not ready"
        await server.close()
