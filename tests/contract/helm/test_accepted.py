"""An API server takes whatever the chart makes, every field of it."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from keyferry.kube.manifests import Manifests
from tests.contract.helm import rendering, variants
from tests.fakes.node_cluster import node_cluster

# Kinds of others, which the lab does not serve, and definitions, which test_values holds against the product's own.
FOREIGN = {"Certificate", "Issuer", "Ingress", "ServiceMonitor", "CustomResourceDefinition"}
RELEASE = "second"  # beside the manifests, which the cluster has already
NAMESPACES = ("platform", "node-plugins", "shop", "billing", "11")

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Manifests]:
    """A cluster with the namespaces that the values name."""
    folder: Path = tmp_path_factory.mktemp("cluster")
    async with node_cluster(folder) as made:
        applying = Manifests(made.admin)
        for name in NAMESPACES:
            await applying.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        yield applying


@pytest.mark.parametrize("values", variants.VARIANTS)
async def test_it_is_accepted(cluster: Manifests, values: Mapping[str, Any]) -> None:
    documents = rendering.objects(values, release=RELEASE, namespace=NAMESPACES[0])
    for document in sorted(documents, key=lambda one: str(one["kind"] != "Namespace")):
        if document["kind"] not in FOREIGN:
            await cluster.apply(document)
