"""A cluster in this process with one kubelet, in a folder whose path is short enough for sockets."""

import asyncio
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from keyferry.lab.kubernetes.apiserver import ApiServer
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet.cluster import Cluster, Refused
from keyferry.lab.serve.kubelet.kubelet import Kubelet
from keyferry.lab.serve.kubelet.node import Settings
from keyferry.lab.world.http import Answer, Request
from tests.fakes.kubernetes_cluster import ADMIN_TOKEN, ISSUER, _key, converse, nobody
from tests.fakes.offset_clock import OffsetClock
from tests.fakes.patience import patient

PODS = "/api/v1/namespaces/default/pods"
DRIVERS = "/apis/storage.k8s.io/v1/csidrivers"
LOOK_SECONDS = 0.01
NODE_TOKEN = "node"


class KubeletNode:
    """The API server, the administrator's hand in it, and a node."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.clock = OffsetClock()
        self.api = ApiServer(ISSUER, self.clock.now(), lambda: str(uuid.uuid4()), admin_token=ADMIN_TOKEN, key=_key())
        self.admin = Cluster(self.answer, ADMIN_TOKEN, self.clock.now)
        self.root = folder / "node-1"
        self.api.admit_node("node-1", NODE_TOKEN)
        self.kubelet = Kubelet(
            0, self.root, answer=self.answer, token=NODE_TOKEN, now=self.clock.now, settings=settings
        )

    async def answer(self, request: Request) -> Answer:
        answer = converse(self.api.handle(request, self.clock.now()), nobody)
        self.api.run_controllers(self.clock.now())
        return answer

    async def pod(self, name: str, *volumes: Object, **spec: Any) -> Object:
        """Create a pod, which the scheduler gives to the node."""
        metadata = {"name": name, "annotations": spec.pop("annotations", {})}
        body = {"containers": [{"name": "app", "image": "app"}], "volumes": list(volumes), **spec}
        document = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": body}
        return await self.admin.post(PODS, document)

    async def driver(self, name: str = "files.csi.example", **spec: Any) -> None:
        """Create a CSIDriver for inline volumes."""
        body = {"attachRequired": False, "volumeLifecycleModes": ["Ephemeral"], **spec}
        await self.admin.post(
            DRIVERS, {"apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "metadata": {"name": name}, "spec": body}
        )

    async def phase(self, name: str, phase: str) -> Object:
        """Return the pod as soon as it is in that phase."""

        async def look() -> Object | None:
            found = await self.admin.get(f"{PODS}/{name}")
            return found if found["status"].get("phase") == phase else None

        return dict(await until(look))

    async def delete(self, name: str, grace_seconds: int | None = None) -> None:
        """Delete a pod, and wait until it is gone."""
        body = None if grace_seconds is None else {"gracePeriodSeconds": grace_seconds}
        await self.admin.send("DELETE", f"{PODS}/{name}", body)

        async def look() -> bool:
            try:
                await self.admin.get(f"{PODS}/{name}")
            except Refused:
                return True
            return False

        await until(look)

    async def event(self, reason: str, part: str = "") -> Object:
        """Return the first event with that reason and that part of its message, as soon as there is one."""

        async def look() -> Object | None:
            found = await self.admin.get("/api/v1/namespaces/default/events")
            return next((one for one in found["items"] if one["reason"] == reason and part in one["message"]), None)

        return dict(await until(look))


async def until(look: Any) -> Any:
    """Return what `look` returns, as soon as that is something."""
    async with patient():
        while True:
            found = look()
            found = await found if asyncio.iscoroutine(found) else found
            if found:
                return found
            await asyncio.sleep(LOOK_SECONDS)


@asynccontextmanager
async def kubelet_node(settings: Settings | None = None) -> AsyncIterator[KubeletNode]:
    """Run a cluster with one node."""
    with tempfile.TemporaryDirectory(prefix="kf-") as made:
        cluster = KubeletNode(Path(made), settings or Settings())
        await cluster.kubelet.open()
        try:
            yield cluster
        finally:
            await cluster.kubelet.close()
