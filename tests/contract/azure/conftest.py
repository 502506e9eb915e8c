"""The fixture of this suite: the lab's Azure, with the proxy in the environment."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes import azure_world


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[azure_world.World]:
    """The lab's Azure, an issuer, and the proxy in the environment, as a company network gives it."""
    async with azure_world.running(tmp_path) as (lab, proxy):
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        yield lab
