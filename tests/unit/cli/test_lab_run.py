"""The lab as `keyferry lab` runs it, until it is told to stop."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from keyferry.cli import examples, lab_run
from keyferry.model.errors import SpecError
from tests.fakes.files import appears

ANY = lab_run.ports(0, 0, 0)


@pytest.fixture(autouse=True)
def _no_public_ca(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))


async def stopped_after(folder: Path, name: str, run: "asyncio.Task[None]") -> None:
    """Wait for a file of the lab, then ask this process to end."""
    await appears(folder / name, run)
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(10):
        await run


async def test_runs_until_it_is_told_to_stop(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifests = [examples.find("sync-per-key.yaml")]
    run = asyncio.create_task(lab_run.run(lab_run.open_lab(None, folder), manifests, with_keyferry=False))
    await stopped_after(folder, "lab.json", run)
    lines = capsys.readouterr().out.splitlines()
    assert "applied ExternalSecret app/app-db-credentials" in lines
    assert f"  export KUBECONFIG={folder}/kubeconfig" in lines
    assert lines[-1] == "the lab has stopped"
    assert [path.name for path in folder.iterdir()] == []  # noqa: ASYNC240  (nobody waits)


async def test_its_operator_and_its_node_plugin_end_with_it(folder: Path) -> None:
    run = asyncio.create_task(lab_run.run(lab_run.open_lab(None, folder, ANY), [], with_keyferry=True))
    await stopped_after(folder, "node-1.log", run)


async def test_a_manifest_that_is_missing(folder: Path) -> None:
    with pytest.raises(SpecError, match=r"nonsense\.yaml cannot be read"):
        await lab_run.run(lab_run.open_lab(None, folder), [Path("nonsense.yaml")], with_keyferry=False)


def test_the_examples_seed_is_the_default(folder: Path) -> None:
    names = [vault.name for vault in lab_run.open_lab(None, folder).seed.vaults]
    assert names == ["kv-prod", "kv-apps", "myapp-kv", "site-a-kv", "site-b-kv", "site-c-kv"]


def test_a_seed_that_is_wrong(folder: Path) -> None:
    seed = folder / "seed.yaml"
    seed.write_text("nonsense: 1")
    with pytest.raises(SpecError, match="seed is wrong"):
        lab_run.open_lab(seed, folder)
