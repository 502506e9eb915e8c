from pathlib import Path

import aiohttp
import pytest

from keyferry.lab.azure.admin.service import Admin
from keyferry.lab.serve.admin import AdminServer
from keyferry.lab.serve.keeping import NotKeptError
from keyferry.lab.world.clock import Clock
from keyferry.lab.world.faults import Faults
from tests.fakes import lab_azure


async def test_the_knobs_are_on_a_private_socket(tmp_path: Path) -> None:
    clock, faults = Clock(), Faults()
    admin = Admin(azure=lab_azure.azure(), faults=faults, clock=clock)
    server = AdminServer(admin, lambda: clock.now(lab_azure.NOW))
    path = tmp_path / "admin.sock"
    await server.open(path)
    try:
        async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(path))) as session:
            async with session.put("http://lab/faults/vault", json={"status": 429, "requests": 3}) as answer:
                assert answer.status == 200
            async with session.post("http://lab/clock/advance", json={"seconds": 60}) as answer:
                assert (await answer.json())["now"] == lab_azure.later(seconds=60).isoformat()
            async with session.get("http://lab/counters") as answer:
                assert (await answer.json()) == {"counts": []}
    finally:
        await server.close()
    assert [held.rule.remaining for held in faults.rules(lab_azure.NOW)] == [3]
    assert not path.exists()


async def test_what_was_turned_is_kept_before_it_is_told(tmp_path: Path) -> None:
    turned: list[str] = []

    def changed() -> None:
        turned.append("once")
        if len(turned) > 1:
            raise NotKeptError

    admin = Admin(azure=lab_azure.azure(), faults=Faults(), clock=Clock())
    server = AdminServer(admin, lambda: lab_azure.NOW, changed)
    await server.open(tmp_path / "s")
    try:
        async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(tmp_path / "s"))) as session:
            async with session.get("http://lab/knobs") as answer:
                assert (answer.status, turned) == (200, [])
            async with session.patch("http://lab/knobs", json={"vaultDnsSeconds": 3}) as answer:
                assert (answer.status, turned) == (200, ["once"])
            with pytest.raises(aiohttp.ClientError):
                await session.patch("http://lab/knobs", json={"vaultDnsSeconds": 4})
    finally:
        await server.close()
