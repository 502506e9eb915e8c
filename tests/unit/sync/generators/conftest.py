"""What stories of registries stand on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fakes.registry import World, registry_world


@pytest_asyncio.fixture
async def acr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A registry, and a session that reaches it."""
    async with registry_world(tmp_path, monkeypatch) as world:
        yield world
