"""The world of sync: a fake API server and fake Azure behind a company proxy."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.sync_world import SyncWorld, sync_world


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SyncWorld]:
    async with sync_world(tmp_path, monkeypatch) as made:
        made.account()
        made.store()
        made.put("db-password", "first")
        yield made
