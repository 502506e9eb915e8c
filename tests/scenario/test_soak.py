"""The soak, a minute of it: no Secret is ever empty, mixed, unknown or older than its interval allows."""

import os
from collections.abc import Iterator

import pytest

from bench.soak import run

OBJECTS = 100
MINUTES = 1.0


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    """The soak moves this process into its lab's network; afterwards it is where it was."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


async def test_a_minute_of_faults_rotations_and_meddling() -> None:
    outcome = await run.measure(OBJECTS, MINUTES)
    assert outcome.held, outcome.report
