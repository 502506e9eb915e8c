"""A lab in this process and the real operator beside it; every story plays in namespaces of its own."""

import os
import secrets
import shutil
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
import pytest_asyncio

from keyferry.cli.session import Session, open_session
from keyferry.lab.azure.seed import parse
from keyferry.lab.serve.lab import Lab
from keyferry.lab.serve.options import Options
from tests.conftest import MARKER
from tests.scenario import outside, rights
from tests.scenario.seeds import placed
from tests.scenario.stage import SEED, Stage

# The modules that take longest, the longest first: what begins last is what the other worker waits for.
LONGEST: Final = (
    "test_soak",
    "test_chart",
    "test_estate",
    "test_examples",
    "test_trouble",
    "test_lab_azure",
    "test_replicas",
    "test_outages",
    "test_push_secrets",
    "test_events",
    "test_injection",
    "test_vaults",
    "test_adversity",
    "test_mounts_mishaps",
    "test_mounts_rotation",
    "test_mount_chaos",
    "test_events_under_attack",
    "test_chaos",
)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Have pytest-xdist take modules in this order, and not the one with most tests first."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the modules that take longest first."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


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


@pytest.fixture(scope="module")
def prefix(request: pytest.FixtureRequest) -> str:
    """What the names of namespaces and of the whole cluster's objects begin with, where stories play on any cluster."""
    return f"kf-{secrets.token_hex(3)}-" if request.node.get_closest_marker(MARKER) else ""


@pytest.fixture(scope="module")
def nodes() -> int:
    """How many nodes the lab has; a module may override it."""
    return 0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def session(
    request: pytest.FixtureRequest,
    folder: Path,
    seed: dict[str, Any],
    nodes: int,
    prefix: str,
    environment: Mapping[str, str],
) -> AsyncIterator[Session]:
    """A running lab with keyferry's CRDs, or the cluster of `--kubeconfig` with the lab's Azure."""
    kubeconfig, crds = request.config.getoption("kubeconfig"), request.config.getoption("crds")
    declared = placed(seed, prefix)
    if kubeconfig is not None:
        opening = outside.open_outside(kubeconfig, folder, declared, prefix)
    else:
        opening = open_session(Lab(parse(declared), folder, Options(nodes=nodes)))
    async with opening as opened:
        os.environ.update(opened.lab.environment)
        await outside.install(opened.client, outside.definitions(crds), replace=kubeconfig is None or crds is not None)
        yield opened


@pytest.fixture(scope="module")
def flags() -> tuple[str, ...]:
    """What the operator is told beside the usual; a module may override it."""
    return ()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(
    request: pytest.FixtureRequest, session: Session, prefix: str, flags: tuple[str, ...]
) -> AsyncIterator[Stage]:
    """The lab with one operator at work; one for any cluster has the rights of its manifest alone."""
    if not prefix:
        async with Stage.open(session, *flags) as opened:
            yield opened
        return
    is_tidy = request.config.getoption("kubeconfig") is not None
    async with (
        rights.of_the_manifest(session, prefix) as granted,
        Stage.open(session, *granted.flags, *flags, prefix=prefix, is_tidy=is_tidy) as opened,
    ):
        yield opened
