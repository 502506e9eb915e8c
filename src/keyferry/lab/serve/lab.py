"""The whole lab in one process: a cluster, an Azure, and the proxy by which programs reach both under their real names.

The folder holds the cluster's `kubeconfig` and its nodes' folders beside what `azure_lab` writes.
"""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from keyferry.lab.azure.seed import Seed
from keyferry.lab.kubernetes import kubelets
from keyferry.lab.kubernetes.kubelet import nodes
from keyferry.lab.kubernetes.kubelets import LogQuery
from keyferry.lab.serve.azure_lab import AzureLab
from keyferry.lab.serve.ingress import Ingress, Way
from keyferry.lab.serve.issuers import Address, Entry
from keyferry.lab.serve.kubelet import folders
from keyferry.lab.serve.kubelet.kubelet import Kubelet
from keyferry.lab.serve.kubelet.node import Settings
from keyferry.lab.serve.kubernetes import KubernetesServer
from keyferry.lab.serve.listener import LOOPBACK
from keyferry.lab.serve.options import Options, nodes_folder
from keyferry.lab.world.http import Response, Streaming

CREDENTIALS: Final = ("KUBECONFIG", "AZURE_CONFIG_DIR")  # they lead to the administrator's, and to az's logins
DEFAULT_ISSUER: Final = "https://oidc.keyferry-lab.test/"


class Lab(AzureLab):
    """An `AzureLab` with a cluster, whose issuer its Entra reaches. The cluster stays on loopback."""

    def __init__(self, seed: Seed, folder: Path, options: Options | None = None) -> None:
        super().__init__(seed, folder, options)
        self.issuer = self.seed.cluster_issuer or DEFAULT_ISSUER
        self.kubernetes = KubernetesServer(self.issuer, self.authority, self.now)
        self._nodes_folder = nodes_folder(self.folder)
        self.kubelets: tuple[Kubelet, ...] = tuple(self._kubelet(index) for index in range(self.options.nodes))
        self.kubernetes.api.serve_logs(self._log)

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""
        return self.folder / "kubeconfig"

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to meet both halves."""
        return {"KUBECONFIG": str(self.kubeconfig), **super().environment}

    async def _open(self, stack: AsyncExitStack) -> None:
        await self.kubernetes.open(self.options.ports.kubernetes)
        stack.push_async_callback(self.kubernetes.close)
        self.issuers.add(Entry(url=self.issuer, address=Address(host=LOOPBACK, port=self.kubernetes.port)))
        for way in self.options.ways:
            await self._lead(way, stack)
        await super()._open(stack)
        stack.callback(folders.remove, self._nodes_folder)
        for kubelet in self.kubelets:
            stack.push_async_callback(kubelet.close)
            await kubelet.open()

    async def _lead(self, way: Way, stack: AsyncExitStack) -> None:
        ingress = Ingress(way.port)
        await ingress.open(self.authority.server_context(urlsplit(way.url).hostname or ""))
        stack.push_async_callback(ingress.close)
        self.endpoints.add(Entry(url=way.url, address=Address(host=LOOPBACK, port=ingress.port)))

    def _kubelet(self, index: int) -> Kubelet:
        name = nodes.name(index)
        return Kubelet(
            index,
            self._nodes_folder / name,
            answer=self.kubernetes.answer,
            token=self.kubernetes.node_token(name),
            now=self.now,
            settings=Settings(republish_seconds=self.options.republish_seconds, environment=self._surroundings),
        )

    def _log(self, query: LogQuery, now: datetime) -> Response | Streaming:
        kubelet = next((one for one in self.kubelets if one.name == query.node), None)
        return kubelets.nobody(query, now) if kubelet is None else kubelet.log(query)

    def _surroundings(self) -> dict[str, str]:
        """Return what a process in a pod needs: both halves, and nobody's credentials."""
        found = {name: value for name, value in self.environment.items() if name not in CREDENTIALS}
        place = {"KUBERNETES_SERVICE_HOST": LOOPBACK, "KUBERNETES_SERVICE_PORT": str(self.kubernetes.port)}
        return found | place

    def _files(self) -> dict[str, str]:
        return {"kubeconfig": self.kubernetes.kubeconfig(), **super()._files()}

    def _facts(self) -> Mapping[str, Any]:
        return {**super()._facts(), "issuer": self.issuer, "kubernetes": self.kubernetes.url, "nodes": self._nodes()}

    def _nodes(self) -> Mapping[str, str]:
        return {kubelet.name: str(kubelet.root) for kubelet in self.kubelets}
