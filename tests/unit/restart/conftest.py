"""The world of restart: a fake API server, and a clock that stands still."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.restart_world import RestartWorld, restart_world


@pytest.fixture
async def world() -> AsyncIterator[RestartWorld]:
    async with restart_world() as made:
        yield made
