"""The cluster on which the Kubernetes side of the node plugin is tried."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.node_cluster import NodeCluster, node_cluster


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[NodeCluster]:
    async with node_cluster(tmp_path) as made:
        yield made
