"""What the command line says of the cluster that stories play on, whose definitions it has, and how properties run."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.fakes.patience import PATIENCE

MARKER = "any_cluster"
HANGS_SECONDS = 3 * PATIENCE

# How long an example takes is the machine's affair: no test fails for it.
settings.register_profile("keyferry", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("keyferry")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--kubeconfig` and `--crds`."""
    group = parser.getgroup("cluster")
    group.addoption(
        "--kubeconfig",
        type=Path,
        metavar="PATH",
        help="play the stories on this cluster, as its administrator, with the lab's Azure beside it",
    )
    group.addoption(
        "--crds",
        type=Path,
        metavar="PATH",
        help="install the CustomResourceDefinitions of this file or folder instead of keyferry's of the same names",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse two operators on one cluster."""
    config.addinivalue_line("markers", f"{MARKER}: plays on every cluster, not on the lab's alone")
    if config.getoption("kubeconfig") and (config.getoption("numprocesses", 0) or 0) > 1:
        raise pytest.UsageError("stories on one cluster take turns: give -n 0 with --kubeconfig")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """End no test for its time but one that hangs. On a cluster of another, play what can be played there alone."""
    for item in items:
        item.add_marker(pytest.mark.timeout(HANGS_SECONDS))
    if not config.getoption("kubeconfig"):
        return
    for item in items:
        if item.get_closest_marker(MARKER) is None:
            item.add_marker(pytest.mark.skip(reason="needs the lab's own cluster"))
