"""The fake Azure behind a company proxy, as the product meets it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from azure.keyvault.secrets._shared import http_challenge_cache

from tests.fakes.vault_world import World, vault_world


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    http_challenge_cache.clear()  # the vendor keeps challenges for the whole process
    async with vault_world(tmp_path, monkeypatch) as made:
        yield made
