"""The lab's Azure as `keyferry lab azure` runs it, until it is told to stop."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from keyferry.cli import lab_azure_run
from keyferry.cli.lab_azure_run import Wanted
from tests.fakes.files import appears
from tests.fakes.patience import patient


async def run_until_stopped(wanted: Wanted) -> None:
    """Run until the lab's files are there, then ask this process to end."""
    run = asyncio.create_task(lab_azure_run.run(wanted))
    await appears(wanted.folder / "lab.json", run)
    os.kill(os.getpid(), signal.SIGTERM)
    await run


async def test_runs_until_it_is_told_to_stop(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await run_until_stopped(Wanted(seed=None, folder=folder))
    lines = capsys.readouterr().out.splitlines()
    assert f'  eval "$(keyferry lab azure --print-env --dir {folder})"' in lines
    assert "warning" not in lines[0]
    assert lines[-1] == "the lab has stopped"
    assert [path.name for path in folder.iterdir()] == []  # noqa: ASYNC240  (nobody waits)


async def test_warns_of_an_address_that_others_reach(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await run_until_stopped(Wanted(seed=None, folder=folder, bind="0.0.0.0"))
    assert capsys.readouterr().out.startswith("warning: Azure, the proxy and the metadata endpoint listen on 0.0.0.0")


async def test_says_that_it_goes_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = Wanted(seed=None, folder=folder / "lab", state=folder / "state")
    await run_until_stopped(wanted)
    assert "going on" not in capsys.readouterr().out
    await run_until_stopped(wanted)
    assert capsys.readouterr().out.startswith(f"going on from {folder / 'state'}; what the seed says does not count")


async def test_tells_of_an_issuer_that_does_not_answer(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = Wanted(seed=None, folder=folder, issuer_map=("https://gone.example/=127.0.0.1:1",))
    run, said = asyncio.create_task(lab_azure_run.run(wanted)), ""
    async with patient():
        while "warning: issuer https://gone.example/ cannot be had from 127.0.0.1:1" not in said:
            said += capsys.readouterr().out
            await asyncio.sleep(0)
        os.kill(os.getpid(), signal.SIGTERM)
        await run


def test_the_flags_become_options(folder: Path) -> None:
    wanted = Wanted(
        seed=None,
        folder=folder,
        issuer_map=("https://a.example/x/=[::1]:6443",),
        endpoint_map=("https://hooks.example/=127.0.0.1:8443",),
        azure_port=1,
        proxy_port=2,
    )
    lab = lab_azure_run.open_lab(wanted)
    assert [str(entry.address) for entry in lab.options.issuers] == ["[::1]:6443"]
    assert [str(entry.address) for entry in lab.options.endpoints] == ["127.0.0.1:8443"]
    assert (lab.options.ports.azure, lab.options.ports.proxy) == (1, 2)


def test_it_loads_nothing_of_the_cluster() -> None:
    program = "import sys; from keyferry.cli import lab_azure_run; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert [
        name for name in ended.stdout.split() if name.startswith(("keyferry.lab.kubernetes", "keyferry.kube"))
    ] == []
