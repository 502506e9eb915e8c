"""What every story of this folder begins with."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.fakes import fanouts
from tests.fakes.fanouts import Stage


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    """A reconciler on a fake API server with the namespaces app and web, and dev, which is not meant."""
    async with fanouts.stage() as opened:
        opened.namespace("app")
        opened.namespace("web")
        opened.namespace("dev", env="dev")
        yield opened
