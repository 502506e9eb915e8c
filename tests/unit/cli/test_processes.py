"""Real child processes, few of them: starting an interpreter takes half a second."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from keyferry import __version__
from keyferry.cli.processes import Process
from keyferry.sync.kinds import EXTERNAL_SECRETS, SECRET_STORES
from tests.fakes.kube_api import FakeKubeApi
from tests.fakes.kube_world import KubeWorld


@pytest.fixture
async def api() -> AsyncIterator[FakeKubeApi]:
    async with FakeKubeApi(KubeWorld((EXTERNAL_SECRETS, SECRET_STORES))) as made:
        yield made


def text(path: Path) -> str:
    return path.read_text()


async def test_one_that_never_ran_has_nothing_to_end(tmp_path: Path) -> None:
    process = Process(["--version"], os.environ, tmp_path / "log")
    assert process.pid == 0
    assert [await process.stop(), await process.kill(), await process.wait()] == [0, 0, 0]


async def test_its_output_goes_to_a_private_file(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n")
    process = Process(["--version"], os.environ, log)
    await process.start()
    assert await process.wait() == 0
    assert text(log) == f"before\nkeyferry {__version__}\n"
    assert process.pid == 0
    assert await process.stop() == 0, "it has ended by itself"


async def test_an_operator_ends_when_it_is_told_to(tmp_path: Path, api: FakeKubeApi) -> None:
    kubeconfig = {
        "current-context": "c",
        "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{api.port}"}}],
        "users": [{"name": "c", "user": {}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}],
    }
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(kubeconfig))
    flags = ["--kubeconfig", str(tmp_path / "kubeconfig"), "--metrics-addr", "127.0.0.1:0"]
    process = Process(["operator", *flags], os.environ, tmp_path / "log")
    await process.start()
    assert process.pid > 0
    await api.until(lambda: "watch" in api.verbs())
    assert await process.stop() == 0
    assert '"event": "operator.stopped"' in text(tmp_path / "log")


async def test_a_killed_one_says_so_by_its_code_and_starts_again(tmp_path: Path) -> None:
    process = Process(["operator"], os.environ, tmp_path / "log")
    for _ in range(2):
        await process.start()
        assert await process.kill() == -9
        assert process.pid == 0
