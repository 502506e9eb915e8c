"""Programs of containers as processes."""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keyferry.lab.serve.kubelet.logs import Logs
from keyferry.lab.serve.kubelet.process import Process
from tests.fakes.kubelet_node import until

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PATH = {"PATH": os.environ.get("PATH", os.defpath)}


async def start(folder: Path, script: str) -> Process:
    (folder / "pods" / "u").mkdir(parents=True, exist_ok=True)
    log = Logs(folder, lambda: NOW).open("u", "app")
    return await Process.start(["sh", "-c", script], {**PATH, "X": "y"}, folder=folder, log=log)


def printed(folder: Path) -> list[str]:
    lines = (folder / "pods" / "u" / "app.log").read_text().splitlines()
    return [line.partition(" ")[2] for line in lines]


@pytest.mark.parametrize(
    ("script", "code"),
    [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137)],
)
async def test_the_exit_code_is_a_shells(tmp_path: Path, script: str, code: int) -> None:
    assert await (await start(tmp_path, script)).wait() == code


async def test_what_it_prints_is_kept(tmp_path: Path) -> None:
    process = await start(tmp_path, "echo $X; pwd; echo problem >&2; env | grep -c ^KUBECONFIG")
    await process.wait()
    assert printed(tmp_path) == ["y", str(tmp_path), "problem", "0"]


async def test_it_is_asked_to_end(tmp_path: Path) -> None:
    process = await start(tmp_path, "trap 'echo bye; exit 0' TERM; echo up; while true; do sleep 0.01; done")
    await until(lambda: printed(tmp_path) == ["up"])
    ended = asyncio.create_task(process.wait())
    await process.stop(30)
    assert await ended == 0
    assert printed(tmp_path)[-1] == "bye"


async def test_what_does_not_end_is_killed_with_its_children(tmp_path: Path) -> None:
    process = await start(tmp_path, "trap '' TERM; echo up; sleep 60 & sleep 60")
    await until(lambda: printed(tmp_path) == ["up"])
    ended = asyncio.create_task(process.wait())
    await process.stop(0.05)
    assert await ended == 137
