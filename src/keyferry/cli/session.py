"""A lab with keyferry installed in it: the servers in this process, CRDs applied, the operator as a process of its own.

Used by `keyferry lab` and `keyferry demo`.
"""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from keyferry.admit.certificates import registrations
from keyferry.cli import looking, node_plugin, webhook_plugin
from keyferry.cli.processes import Process
from keyferry.cli.webhook_plugin import Webhook
from keyferry.kube import config
from keyferry.kube.client import Client
from keyferry.kube.manifests import Manifests, read
from keyferry.kube.wire.objects import Key
from keyferry.lab.serve.lab import Lab
from keyferry.lab.world.http import Request, Response
from keyferry.spec import crd

WEBHOOK_SECONDS: Final = 60.0


class Session:
    """Speaks to a running lab as its administrator, and runs operators in it."""

    def __init__(self, lab: Lab, client: Client) -> None:
        self.lab = lab
        self.client = client
        self._manifests = Manifests(client)

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of programs that live in the lab."""
        return {**os.environ, **self.lab.environment}

    async def install(self) -> list[str]:
        """Install keyferry's CustomResourceDefinitions and CSI driver; return their names."""
        documents = (*crd.definitions(), node_plugin.CSI_DRIVER)
        return [(await self._manifests.apply(document)).key.name for document in documents]

    async def apply(self, files: Sequence[Path]) -> list[str]:
        """Apply manifests in order; return what the cluster has now."""
        return [str(await self._manifests.apply(document)) for file in files for document in read(file)]

    async def put(self, document: Mapping[str, Any]) -> None:
        """Apply one document."""
        await self._manifests.apply(document)

    async def log(self, pod: Key) -> list[str]:
        """Return what a pod has printed, as `kubectl logs` would; nothing while it is not there or does not run."""
        server = self.lab.kubernetes
        path = f"/api/v1/namespaces/{pod.namespace}/pods/{pod.name}/log"
        headers = {"authorization": f"Bearer {server.admin_token}"}
        answer = await server.answer(Request(method="GET", path=path, headers=headers))
        assert isinstance(answer, Response), "nobody asked to follow it"
        return answer.body.decode().splitlines() if answer.status == 200 else []

    def operator(self, log: Path, *arguments: str) -> Process:
        """Return an operator that is not started yet. Its lines go to `log`."""
        tenant = self.lab.seed.tenants[0].id
        flags = ["--kubeconfig", str(self.lab.kubeconfig), "--tenant-id", tenant, "--metrics-addr", "127.0.0.1:0"]
        return Process(["operator", *flags, *arguments], self.environment, log)

    def node(self, name: str, log: Path, *flags: str) -> Process:
        """Return the node plugin of one of the lab's nodes, not started yet."""
        root = next(kubelet.root for kubelet in self.lab.kubelets if kubelet.name == name)
        given = node_plugin.arguments(name, root, self.lab.kubeconfig)
        return Process([*given, *flags], self.environment, log)

    def webhook(self, log: Path, kubeconfig: Path | None = None) -> Webhook:
        """Return a webhook that is not started yet. It is the administrator unless told otherwise."""
        environment = {**self.environment, "AZURE_TENANT_ID": self.lab.seed.tenants[0].id}
        return Webhook(kubeconfig or self.lab.kubeconfig, environment, log)

    async def admit_by(self, webhook: Webhook, changes: Mapping[str, Mapping[str, Any]] = MappingProxyType({})) -> None:
        """Let the API server ask the webhook from now on; `changes` are those of `webhook_plugin.registration`.

        Returns once a webhook that runs can be asked; Unavailable if that takes too long.
        """
        self.lab.kubernetes.lead(webhook_plugin.NAMESPACE, webhook_plugin.SERVICE, webhook.port)
        documents = [*webhook_plugin.registration(changes)]
        for document in documents:
            await self.put(document)

        async def is_trusted() -> bool | None:
            return await webhook.is_ready() and await self._is_trusted(documents)

        if webhook.pid:
            await looking.until(is_trusted, seconds=WEBHOOK_SECONDS, what="the webhook's certificate")

    async def _is_trusted(self, documents: Sequence[Mapping[str, Any]]) -> bool | None:
        """Whether the API server has been given authorities for every configuration; None where not."""
        service = Key(namespace=webhook_plugin.NAMESPACE, name=webhook_plugin.SERVICE)
        for resource in (registrations.MUTATING, registrations.VALIDATING):
            for document in documents:
                if document["kind"] == resource.kind:
                    key = Key(name=document["metadata"]["name"])
                    found = await self.client.get(resource, key, registrations.decode)
                    if not all(registrations.bundles(found, service)):
                        return None
        return True


@asynccontextmanager
async def open_session(lab: Lab) -> AsyncIterator[Session]:
    """Start the lab and connect to it; both end with the context."""
    async with lab, Client(config.load(lab.kubeconfig), field_manager="keyferry-cli") as client:
        yield Session(lab, client)
