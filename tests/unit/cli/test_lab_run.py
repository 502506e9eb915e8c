"""The lab as `keyferry lab` runs it, until it is told to stop."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from keyferry.cli import examples, lab_run, lab_serving
from keyferry.model.errors import SpecError
from tests.fakes.files import appears

ANY = lab_run.ports(0, 0, 0)


@pytest.fixture(autouse=True)
def _no_public_ca(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))


async def stopped(run: "asyncio.Task[None]") -> None:
    """Ask this process to end."""
    os.kill(os.getpid(), signal.SIGTERM)
    await run


async def said(what: str, by: "asyncio.Task[None]", capsys: pytest.CaptureFixture[str]) -> str:
    """Wait until a task has printed something; return all that it printed until then."""
    text = ""
    while what not in text:
        assert not by.done(), text
        await asyncio.sleep(0)
        text += capsys.readouterr().out
    return text


async def test_runs_until_it_is_told_to_stop(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifests = [examples.find("sync-per-key.yaml")]
    run = asyncio.create_task(lab_run.run(lab_run.open_lab(None, folder), manifests, lab_serving.NOTHING))
    told = await said("for programs that speak to Azure", run, capsys)
    await stopped(run)
    lines = (told + capsys.readouterr().out).splitlines()
    assert "applied ExternalSecret app/app-db-credentials" in lines
    assert f"  export KUBECONFIG={folder}/kubeconfig" in lines
    assert lines[-1] == "the lab has stopped"
    assert [path.name for path in folder.iterdir()] == []  # noqa: ASYNC240  (nobody waits)


@pytest.mark.parametrize(
    "log",
    [
        pytest.param("node-1.log", id="while-the-drivers-come-up"),
        pytest.param("webhook.log", id="while-the-webhook-comes-up"),
    ],
)
async def test_told_to_stop_it_waits_for_nothing_that_still_comes_up(
    folder: Path, log: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = asyncio.create_task(lab_run.run(lab_run.open_lab(None, folder, ANY), [], lab_serving.ALL))
    await appears(folder / log, run)
    await stopped(run)
    told = capsys.readouterr().out
    assert "the lab runs" not in told, "it did not come up"
    assert told.endswith("the lab has stopped\n")


async def test_a_manifest_that_is_missing(folder: Path) -> None:
    with pytest.raises(SpecError, match=r"nonsense\.yaml cannot be read"):
        await lab_run.run(lab_run.open_lab(None, folder), [Path("nonsense.yaml")], lab_serving.NOTHING)


def test_the_examples_seed_is_the_default(folder: Path) -> None:
    names = [vault.name for vault in lab_run.open_lab(None, folder).seed.vaults]
    assert names == ["kv-prod", "kv-apps", "myapp-kv", "site-a-kv", "site-b-kv", "site-c-kv"]


def test_a_seed_that_is_wrong(folder: Path) -> None:
    seed = folder / "seed.yaml"
    seed.write_text("nonsense: 1")
    with pytest.raises(SpecError, match="seed is wrong"):
        lab_run.open_lab(seed, folder)
