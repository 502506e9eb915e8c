"""A lab in this process and the real operator beside it; every story plays in namespaces of its own."""

import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import pytest_asyncio

from keyferry.cli.session import Session, open_session
from keyferry.lab.azure.seed import parse
from keyferry.lab.serve.lab import Lab
from tests.scenario.stage import SEED, Stage


@pytest.fixture(scope="session")
def kubectl() -> str:
    """The real kubectl: the one on the PATH, else the development wheel's."""
    beside = Path(sys.executable).with_name("kubectl")
    return shutil.which("kubectl") or str(beside)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A private folder with a short name: a unix socket's path has 108 bytes."""
    with TemporaryDirectory(prefix="kf-") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def environment() -> Iterator[Mapping[str, str]]:
    """The environment as it was; programs of the test live in the lab's network meanwhile."""
    before = dict(os.environ)
    yield before
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """What exists in Azure; a module may override it."""
    return SEED


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def session(folder: Path, seed: dict[str, Any], environment: Mapping[str, str]) -> AsyncIterator[Session]:
    """A running lab with keyferry's CRDs."""
    async with open_session(Lab(parse(seed), folder)) as opened:
        os.environ.update(opened.lab.environment)
        await opened.install()
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(session: Session) -> AsyncIterator[Stage]:
    """The lab with one operator at work."""
    async with Stage.open(session) as opened:
        yield opened
