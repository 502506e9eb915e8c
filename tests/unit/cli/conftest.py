"""A lab in this process, with this process in its network."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from keyferry.cli.session import Session
from tests.fakes.running_lab import running_session, short_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    """A private folder whose path is short enough for a socket."""
    with short_folder() as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def session() -> AsyncIterator[Session]:
    """A running lab with the small seed, one for each file: making its keys takes a fifth of a second.

    keyferry's CRDs are not installed in it. Faults and counters are cleared by whoever needs that.
    """
    with pytest.MonkeyPatch.context() as environment:
        async with running_session(environment) as opened:
            yield opened
