"""One node of the lab's cluster: it registers, finds drivers, and runs the pods that are bound to it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final

from keyferry.lab.kubernetes import objects, status
from keyferry.lab.kubernetes.kubelet import layout, nodes, registration
from keyferry.lab.kubernetes.kubelet.references import Reference
from keyferry.lab.kubernetes.kubelets import LogQuery
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet import folders, mounts, volume_kinds
from keyferry.lab.serve.kubelet.cluster import Cluster, Refused
from keyferry.lab.serve.kubelet.csi_client import NodeInfo
from keyferry.lab.serve.kubelet.events import Recorder
from keyferry.lab.serve.kubelet.logs import Logs
from keyferry.lab.serve.kubelet.mirror import Key, Mirror
from keyferry.lab.serve.kubelet.node import Counters, Node, Settings
from keyferry.lab.serve.kubelet.plugins import Plugins
from keyferry.lab.serve.kubelet.pod_worker import PodWorker
from keyferry.lab.serve.kubelet.references import References
from keyferry.lab.serve.kubelet.tokens import Tokens
from keyferry.lab.world.http import Answer, Request, Response, Streaming

NODES: Final = "/api/v1/nodes"
CSI_NODES: Final = "/apis/storage.k8s.io/v1/csinodes"
CSI_DRIVERS: Final = "/apis/storage.k8s.io/v1/csidrivers"
PODS: Final = "/api/v1/pods"
CLOSE_SECONDS: Final = 10.0
_LOG: Final = logging.getLogger("keyferry.lab.kubelet")


class Kubelet:
    """A node with an index from 0 on, whose files are below `root`. `answer` is the API server, asked with `token`."""

    def __init__(
        self,
        index: int,
        root: Path,
        *,
        answer: Callable[[Request], Awaitable[Answer]],
        token: str,
        now: Callable[[], datetime],
        settings: Settings | None = None,
    ) -> None:
        self.name: Final = nodes.name(index)
        self.root: Final = root
        cluster = Cluster(answer, token, now)
        self.node: Final = Node(
            name=self.name,
            address=nodes.address(index),
            root=root,
            settings=settings or Settings(),
            cluster=cluster,
            drivers=Mirror(cluster, CSI_DRIVERS),
            plugins=Plugins(root / layout.REGISTRY, add=self._add_driver, remove=self._remove_driver),
            tokens=Tokens(cluster),
            logs=Logs(root, now),
            references=References(cluster, self._reference_changed),
            recorder=Recorder(cluster, self.name),
            counters=Counters(),
        )
        self._index = index
        self._numbers = count()
        self._pods = Mirror(cluster, PODS, fields=f"spec.nodeName={self.name}", changed=self._pod_changed)
        self._workers: dict[str, PodWorker] = {}
        self._uids: dict[Key, str] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._pod_tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def counters(self) -> Counters:
        """How long the drivers took."""
        return self.node.counters

    async def open(self) -> None:
        """Register the node, and look after its drivers and pods until `close`."""
        self._clear()  # of a lab that was killed here
        for folder in (layout.PLUGINS, layout.REGISTRY, layout.PODS):
            folders.make(self.root / folder)
        await self._register()
        self._tasks = [asyncio.create_task(one.run()) for one in (self.node.drivers, self.node.plugins)]
        await self.node.drivers.filled.wait()
        self._tasks.append(asyncio.create_task(self._pods.run()))
        await self._pods.filled.wait()

    async def close(self) -> None:
        """End the pods' processes, have the drivers unpublish the volumes, and stop."""
        for task in self._tasks[2:]:
            task.cancel()
        for worker in self._workers.values():
            worker.close()
        if self._pod_tasks:
            _, late = await asyncio.wait(self._pod_tasks.values(), timeout=CLOSE_SECONDS)
            for task in late:
                task.cancel()
        for task in self._tasks:
            task.cancel()
        await self.node.references.close()
        await asyncio.gather(*self._tasks, *self._pod_tasks.values(), return_exceptions=True)
        self._clear()

    def _clear(self) -> None:
        """Remove what is left of pods; what a driver left mounted is unmounted before, and said aloud."""
        pods = self.root / layout.PODS
        mounts.clear(pods)
        folders.remove(pods)

    def log(self, query: LogQuery) -> Response | Streaming:
        """Answer with a container's log; StatusError (400) while it waits to start."""
        worker = self._workers.get(query.uid)
        reason = "" if worker is None else worker.waits_for(query.container)
        if reason and not query.previous:
            why = f'container "{query.container}" in pod "{query.pod}" is waiting to start: {reason}'
            raise status.bad_request(why)
        return self.node.logs.answer(query)

    async def _register(self) -> None:
        cluster, now = self.node.cluster, self.node.cluster.now()
        node = await cluster.post(NODES, nodes.document(self._index, now))
        if not objects.dig(node, "status", "conditions"):
            own = nodes.document(self._index, now)["status"]
            await cluster.merge(f"{NODES}/{self.name}/status", {"status": own})
        await cluster.post(CSI_NODES, registration.csi_node(node))

    async def _add_driver(self, driver: str, info: NodeInfo) -> None:
        path = f"{CSI_NODES}/{self.name}"
        former = registration.without_driver(await self.node.cluster.get(path), driver)
        changed = registration.with_driver(former, driver, info.node_id, info.max_volumes, info.topology_keys)
        await self.node.cluster.send("PUT", path, changed)

    async def _remove_driver(self, driver: str) -> None:
        path = f"{CSI_NODES}/{self.name}"
        try:
            found = await self.node.cluster.get(path)
            await self.node.cluster.send("PUT", path, registration.without_driver(found, driver))
        except Refused as refusal:
            _LOG.info("the driver %s stays in the CSINode: %s", driver, refusal)

    def _reference_changed(self, reference: Reference) -> None:
        for worker in self._workers.values():
            worker.refresh(reference)

    def _pod_changed(self, key: Key) -> None:
        pod = self._pods.objects.get(key)
        uid = "" if pod is None else str(objects.metadata(pod)["uid"])
        former = self._uids.get(key, "")
        if former and former != uid and (worker := self._workers.get(former)) is not None:
            worker.update(None)
        if pod is None:
            self._uids.pop(key, None)
            return
        if former != uid:
            self._begin(key, uid, pod)
        elif (worker := self._workers.get(uid)) is not None:
            worker.update(pod)

    def _begin(self, key: Key, uid: str, pod: Object) -> None:
        self._uids[key] = uid
        if objects.dig(pod, "status", "phase") in ("Succeeded", "Failed"):
            return
        address = nodes.pod_address(self._index, next(self._numbers))
        volumes = [volume_kinds.make(self.node, pod, one) for one in objects.items(objects.dig(pod, "spec", "volumes"))]
        worker = self._workers[uid] = PodWorker(self.node, pod, address, volumes)
        task = self._pod_tasks[uid] = asyncio.create_task(worker.run())
        task.add_done_callback(lambda _: self._ended(uid))

    def _ended(self, uid: str) -> None:
        self._workers.pop(uid, None)
        task = self._pod_tasks.pop(uid, None)
        if task is not None and not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("the kubelet lost a pod", exc_info=error)
