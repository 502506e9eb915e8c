"""Processes come and go: killed in the middle, told to stop, started twice, with nothing lost and nothing left over."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from keyferry.cli import looking
from keyferry.cli.session import Session
from tests.fakes import programs
from tests.fakes.patience import PATIENCE, patient
from tests.scenario.stage import CANARY, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANY = 150


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def replicas(session: Session) -> AsyncIterator[Stage]:
    """A stage whose operator takes part in the election."""
    async with Stage.open(session, "--leader-elect", "--lease-namespace", "default") as opened:
        yield opened


KEYFERRY = (sys.executable, "-m", "keyferry")


async def test_killed_in_the_middle_and_started_again_it_converges(session: Session) -> None:
    async with Stage.open(session) as stage:
        await stage.prepare("one")
        keys = [await stage.put("one", f"many-{number}", refreshInterval="1h") for number in range(MANY)]
        await looking.until(lambda: looking.secret(stage.client, keys[0]), seconds=PATIENCE, what="the first Secret")
        await stage.operator.kill()
        await stage.operator.start()
        for key in keys:
            await stage.holding(key, PASSWORD=f"{CANARY}-db")
            await stage.ready(key)


async def test_the_operator_ends_in_order_when_it_is_told_to(session: Session) -> None:
    async with Stage.open(session) as stage:
        await stage.prepare("two")
        await stage.ready(await stage.put("two"))
        assert await stage.operator.stop() == 0


async def test_another_replica_takes_over_when_the_leader_stops(replicas: Stage) -> None:
    await replicas.prepare("three")
    await replicas.ready(await replicas.put("three", "before"))
    second = replicas.session.operator(
        replicas.session.lab.folder / "second.log",
        "--leader-elect",
        "--lease-namespace",
        "default",
    )
    async with programs.living(second):
        assert await replicas.operator.stop() == 0
        await replicas.ready(await replicas.put("three", "after"))
        assert await second.stop() == 0


async def test_the_lab_listens_on_loopback_alone_and_ends_in_order(folder: Path) -> None:
    place = folder / "own"
    async with programs.running(*KEYFERRY, "lab", "--dir", str(place)) as lab:
        await looking.until(lambda: _exists(place / "operator.log"), seconds=PATIENCE, what="the operator's start")
        addresses = _listening(lab.pid)
        assert addresses
        assert {address for address, _ in addresses} == {"127.0.0.1"}
        taken = addresses[0][1]
        second = await programs.run(*KEYFERRY, "lab", "--dir", f"{place}-2", "--proxy-port", str(taken))
        assert second.code == 2
        assert f"port {taken} on 127.0.0.1 is in use" in second.err
        lab.terminate()
        async with patient():
            await lab.communicate()
        assert lab.returncode == 0
    assert not (place / "kubeconfig").exists()


async def test_one_folder_holds_one_lab(session: Session) -> None:
    second = await programs.run(*KEYFERRY, "lab", "--dir", str(session.lab.folder))
    assert second.code == 2
    assert "is there already" in second.err


async def test_the_operator_says_what_is_wrong_with_its_settings(session: Session, tmp_path: Path) -> None:
    broken = tmp_path / "kubeconfig"
    broken.write_text("clusters: 7\n")
    ended = await programs.run(*KEYFERRY, "operator", "--kubeconfig", str(broken))
    assert ended.code == 2
    assert "kubeconfig" in ended.err
    assert "Traceback" not in ended.err


async def _exists(path: Path) -> bool | None:
    return True if await asyncio.to_thread(path.exists) else None


def _listening(pid: int) -> list[tuple[str, int]]:
    """Every TCP address on which a process listens, as the kernel knows it."""
    inodes = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    found: list[tuple[str, int]] = []
    for family, table in ((socket.AF_INET, "tcp"), (socket.AF_INET6, "tcp6")):
        path = Path(f"/proc/{pid}/net/{table}")
        for line in path.read_text().splitlines()[1:] if path.exists() else ():
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                found.append(_address(family, fields[1]))
    return found


def _address(family: socket.AddressFamily, text: str) -> tuple[str, int]:
    host, port = text.split(":")
    words: Any = bytes.fromhex(host)
    packed = b"".join(words[at : at + 4][::-1] for at in range(0, len(words), 4))
    return socket.inet_ntop(family, packed), int(port, 16)
