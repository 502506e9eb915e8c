"""The lab's API server with our definitions and `deploy/node.yaml` in it, and the node plugin's own account."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import yaml

from keyferry.kube import config
from keyferry.kube.client import Client
from keyferry.kube.manifests import Manifests
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES, Resource
from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.kubernetes import KubernetesServer
from keyferry.model.identity import ServiceAccountRef
from keyferry.runtime.clock import SystemClock
from keyferry.spec import crd

MANIFEST = Path(__file__).parents[2] / "deploy" / "node.yaml"
ACCOUNT = ServiceAccountRef(namespace="keyferry-node", name="keyferry-node")
BINDINGS = Resource(
    group="rbac.authorization.k8s.io",
    version="v1",
    plural="clusterrolebindings",
    kind="ClusterRoleBinding",
    namespaced=False,
)


@dataclass(frozen=True)
class NodeCluster:
    """`admin` may do everything, `node` what the manifest lets the plugin's account do."""

    admin: Client
    node: Client

    async def create(self, resource: Resource, document: dict[str, Any], namespace: str = "app") -> dict[str, Any]:
        body = await self.admin.create(resource, namespace, msgspec.json.encode(document))
        return dict(msgspec.json.decode(body))

    async def read(self, resource: Resource, name: str, namespace: str = "app") -> dict[str, Any]:
        found: dict[str, Any] = await self.admin.get(resource, Key(namespace=namespace, name=name), msgspec.json.decode)
        return found

    async def all_of(self, resource: Resource, namespace: str = "app") -> list[dict[str, Any]]:
        pages = self.admin.list(resource, namespace=namespace)
        return [msgspec.json.decode(item) async for page in pages for item in page.items]

    async def without_secrets(self) -> None:
        """Take the optional right to Secrets away."""
        await self.admin.delete(BINDINGS, Key(name="keyferry-node-secrets"))


@asynccontextmanager
async def node_cluster(folder: Path) -> AsyncIterator[NodeCluster]:
    """Serve a cluster, whose kubeconfig is written below `folder`."""
    now = SystemClock().now
    server = KubernetesServer("https://issuer.lab.test", Authority(now()), now)
    await server.open()
    file = folder / "kubeconfig"
    file.write_text(server.kubeconfig())
    loaded = config.load(file)
    try:
        async with Client(loaded) as admin:
            applying = Manifests(admin)
            for document in (*crd.definitions(), *yaml.safe_load_all(MANIFEST.read_text())):
                await applying.apply(document)
            await admin.create(NAMESPACES, "", b'{"metadata":{"name":"app"}}')
            token = (await admin.create_token(ACCOUNT, ())).token
            async with Client(
                replace(loaded, credential=token, certificate=None), field_manager="keyferry-node"
            ) as node:
                yield NodeCluster(admin, node)
    finally:
        await server.close()
