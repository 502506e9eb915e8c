"""The world of pushing: a fake API server, and vaults that remember."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.push_world import PushWorld, push_world


@pytest.fixture
async def world() -> AsyncIterator[PushWorld]:
    async with push_world() as made:
        yield made
