import asyncio
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import grpc
import grpc.aio
import pytest

from keyferry.model.errors import SpecError
from keyferry.mount.protobuf import csi_pb2
from keyferry.mount.rpc.grpc_server import Limits, SocketServer
from keyferry.mount.rpc.services import Service, unary
from tests.fakes.unix_sockets import client_of, serving, short_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as path:
        yield path


def names(folder: Path) -> list[str]:
    return [found.name for found in folder.iterdir()]


async def probe(_request: csi_pb2.ProbeRequest) -> csi_pb2.ProbeResponse:
    return csi_pb2.ProbeResponse()


SERVICE = Service(name="t.S", methods={"Probe": unary("Probe", csi_pb2.ProbeRequest, probe)})


async def test_only_the_owner_may_open_the_socket_and_it_goes_at_the_end(folder: Path) -> None:
    umask = os.umask(0o022)
    os.umask(umask)
    server = SocketServer(folder / "s", [SERVICE])
    await server.open()
    assert stat.S_IMODE(server.path.stat().st_mode) == 0o600
    await server.close()
    assert not server.path.exists()
    assert os.umask(umask) == umask
    await server.close()


async def test_takes_the_place_of_a_process_that_died(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(folder / "s"))
        dead.listen()
    server = SocketServer(folder / "s", [SERVICE])
    await server.open()
    async with client_of(server.path) as client:
        await client.call("/t.S/Probe", csi_pb2.ProbeRequest(), csi_pb2.ProbeResponse)
    await server.close()


async def test_leaves_a_process_alone_that_listens(folder: Path) -> None:
    first, second = SocketServer(folder / "s", [SERVICE]), SocketServer(folder / "s", [SERVICE])
    await first.open()
    with pytest.raises(SpecError, match="another process listens there"):
        await second.open()
    await second.close()
    async with client_of(first.path) as client:
        await client.call("/t.S/Probe", csi_pb2.ProbeRequest(), csi_pb2.ProbeResponse)
    await first.close()


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
async def test_removes_nothing_but_sockets(folder: Path, kind: str) -> None:
    place = folder / "s"
    match kind:
        case "file":
            place.write_text("precious")
        case "folder":
            place.mkdir()
        case _:
            place.symlink_to(folder / "elsewhere")
    with pytest.raises(SpecError, match="something that is no socket lies there"):
        await SocketServer(place, [SERVICE]).open()
    assert names(folder) == ["s"]


@pytest.mark.parametrize("path", ["none/s", "file/s"])
async def test_says_where_it_cannot_listen(folder: Path, path: str) -> None:
    (folder / "file").touch()
    with pytest.raises(SpecError, match=f"cannot listen on .*/{path}"):
        await SocketServer(folder / path, [SERVICE]).open()


async def test_too_much_at_once_is_refused() -> None:
    async with serving(SERVICE, limits=Limits(most_bytes=64)) as client:
        with pytest.raises(grpc.aio.AioRpcError) as refusal:
            await client.send("/t.S/Probe", bytes(65))
    assert refusal.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_too_many_at_once_are_refused() -> None:
    begun, let_go = asyncio.Event(), asyncio.Event()

    async def wait(_request: csi_pb2.ProbeRequest) -> csi_pb2.ProbeResponse:
        begun.set()
        await let_go.wait()
        return csi_pb2.ProbeResponse()

    service = Service(name="t.S", methods={"Probe": unary("Probe", csi_pb2.ProbeRequest, wait)})
    async with serving(service, limits=Limits(concurrent=1)) as client:
        first = asyncio.create_task(client.send("/t.S/Probe", b""))
        await begun.wait()
        with pytest.raises(grpc.aio.AioRpcError) as refusal:
            await client.send("/t.S/Probe", b"")
        assert refusal.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        let_go.set()
        await first
