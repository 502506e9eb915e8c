"""How the demo begins and how it is broken off; what it tells is in test_story.py."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from keyferry.cli import demo_run
from keyferry.model.errors import SpecError
from tests.fakes.files import appears
from tests.fakes.patience import patient


async def test_broken_off_it_leaves_nothing_running(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "KUBECONFIG", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")  # so that what the demo sets ends with the test
    for name in ("REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
        monkeypatch.setenv(name, "")
    run = asyncio.create_task(demo_run.run(folder, keep=False))
    await appears(folder / "operator.log", run)
    os.kill(os.getpid(), signal.SIGINT)
    async with patient():
        await run
    assert not (folder / "admin.sock").exists()


async def test_a_folder_that_cannot_be(folder: Path) -> None:
    with pytest.raises(SpecError, match="too long"):
        await demo_run.run(folder / ("x" * 100), keep=False)
