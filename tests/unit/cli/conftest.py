"""A lab in this process, with this process in its network."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from keyferry.cli.session import Session
from tests.fakes.running_lab import running_session, short_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    """A private folder whose path is short enough for a socket."""
    with short_folder() as made:
        yield made


@pytest.fixture
async def session(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Session]:
    """A running lab with the small seed; keyferry's CRDs are not installed yet."""
    async with running_session(monkeypatch) as opened:
        yield opened
