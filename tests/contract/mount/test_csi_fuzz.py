"""Any bytes, and any message, to every method of every socket: answered, never fatal, and no value in any log."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Final

import grpc
import grpc.aio
import pytest
import structlog.testing
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyferry.mount.protobuf import csi_pb2, provider_pb2
from keyferry.mount.rpc import csi_identity, csi_node
from keyferry.mount.rpc.calls import Calls
from keyferry.mount.rpc.csi_identity import Plugin
from keyferry.mount.rpc.grpc_server import SocketServer
from keyferry.mount.rpc.registration import Registered, Registration
from keyferry.mount.state import Delivery, Mount, ObjectVersion, Payload
from keyferry.mount.vendors.provider_server import ProviderServer, Served
from tests.fakes import csi_requests
from tests.fakes.pod_volumes import PodVolumes
from tests.fakes.unix_sockets import Client, client_of, short_folder

HIDDEN: Final = "hunter2-is-hidden"
PLUGIN = Plugin(driver_name="a.b", version="0.1.0", node_id="node-1")
METHODS: Final = (
    *(f"csi.v1.Identity/{name}" for name in ("GetPluginInfo", "GetPluginCapabilities", "Probe")),
    *(f"csi.v1.Node/Node{name}" for name in ("GetInfo", "GetCapabilities", "StageVolume", "UnstageVolume")),
    *(f"csi.v1.Node/Node{name}" for name in ("PublishVolume", "UnpublishVolume")),
    "csi.v1.Controller/ControllerGetCapabilities",
    "pluginregistration.Registration/GetInfo",
    "pluginregistration.Registration/NotifyRegistrationStatus",
    "v1alpha1.CSIDriverProvider/Version",
    "v1alpha1.CSIDriverProvider/Mount",
    "grpc.health.v1.Health/Check",
)


class Nothing:
    """A provider of no file at all."""

    async def deliver(self, mount: Mount, *, interval: timedelta, fresh: bool = False) -> Delivery:
        return Delivery(payload=Payload(files=(), versions=(ObjectVersion(id="a", version="1"),)))


@pytest.fixture
async def clients() -> AsyncIterator[Callable[[str], Client]]:
    """The client that reaches a method, by its name."""
    csi = (csi_identity.identity(PLUGIN), csi_identity.controller(), csi_node.node(PLUGIN, PodVolumes(), Calls()))
    served = Served(provider=Nothing(), name="azure", version="0.1.0", interval=timedelta(minutes=2))
    with short_folder() as folder:
        servers = (
            SocketServer(folder / "csi", csi),
            Registration(folder, Registered(driver_name="a.b", endpoint="/csi"), lambda _: None),
            ProviderServer(folder / "azure", served),
        )
        for server in servers:
            await server.open()
        async with (
            client_of(folder / "csi") as csi_client,
            client_of(folder / "a.b-reg.sock") as kubelet,
            client_of(folder / "azure") as driver,
        ):
            by_package = {"csi": csi_client, "pluginregistration": kubelet, "v1alpha1": driver, "grpc": driver}
            yield lambda method: by_package[method.split(".")[0]]
        for server in servers:
            await server.close()


NAMES = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(("v", "/t", "../x", "/a/../b", "a\0b"))
VALUES = NAMES | st.sampled_from(
    (HIDDEN, f'{{"a": "{HIDDEN}"}}', "null", "[" * 2000, csi_requests.tokens(token=HIDDEN))
)
KEYS = NAMES | st.sampled_from((csi_requests.TOKENS_KEY, "secretProviderClass", *csi_requests.POD))
PUBLISHES = st.builds(
    csi_pb2.NodePublishVolumeRequest,
    volume_id=NAMES,
    target_path=NAMES,
    volume_capability=st.just(csi_requests.capability()) | st.none(),
    readonly=st.booleans(),
    secrets=st.dictionaries(KEYS, VALUES, max_size=4),
    volume_context=st.dictionaries(KEYS, VALUES, max_size=8).map(
        lambda context: {"secretProviderClass": "kv", **csi_requests.POD, **context}
    ),
)
MOUNTS = st.builds(provider_pb2.MountRequest, attributes=VALUES, secrets=VALUES, permission=VALUES)
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


async def answered(client: Client, method: str, content: bytes) -> None:
    """Send, whatever comes of it; what comes is an answer, or one of our refusals."""
    with structlog.testing.capture_logs() as lines:
        try:
            await client.send(f"/{method}", content)
        except grpc.aio.AioRpcError as refusal:
            expected = {grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND}
            assert refusal.code() in expected, refusal  # noqa: PT017  (either outcome is right, this one has rules)
            lines.append({"event": "details", "log_level": "", "text": refusal.details()})
    assert HIDDEN not in str(lines)


@pytest.mark.parametrize("method", METHODS)
@FEW
@given(content=st.binary(max_size=200))
async def test_any_bytes(clients: Callable[[str], Client], method: str, content: bytes) -> None:
    await answered(clients(method), method, content)


@pytest.mark.parametrize(
    ("method", "message"),
    [
        pytest.param("csi.v1.Node/NodePublishVolume", PUBLISHES, id="publish"),
        pytest.param("v1alpha1.CSIDriverProvider/Mount", MOUNTS, id="mount"),
    ],
)
@FEW
@given(data=st.data())
async def test_any_message(
    clients: Callable[[str], Client], method: str, message: st.SearchStrategy[Message], data: st.DataObject
) -> None:
    await answered(clients(method), method, data.draw(message).SerializeToString())


async def test_serves_on_afterwards(clients: Callable[[str], Client]) -> None:
    for method in METHODS:
        with pytest.raises(grpc.aio.AioRpcError):
            await clients(method).send(f"/{method}", b"\xff\xff")
    probe = "/csi.v1.Identity/Probe"
    assert (await clients("csi.v1").call(probe, csi_pb2.ProbeRequest(), csi_pb2.ProbeResponse)).ready.value
