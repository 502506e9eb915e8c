"""Carries one pod through its life on a node: volumes, containers, status, and its end.

Source: the states of `kubernetes/pkg/kubelet/pod_workers.go`: syncing, terminating, terminated.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.kubelet import layout, pod_status, references
from keyferry.lab.kubernetes.kubelet.pod_status import Standing
from keyferry.lab.kubernetes.kubelet.references import Reference
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet import folders
from keyferry.lab.serve.kubelet.cluster import Refused
from keyferry.lab.serve.kubelet.containers import Containers
from keyferry.lab.serve.kubelet.launching import Launcher
from keyferry.lab.serve.kubelet.node import Node
from keyferry.lab.serve.kubelet.volume_loop import VolumeLoop
from keyferry.lab.serve.kubelet.volumes import Volume

_LOG: Final = logging.getLogger("keyferry.lab.kubelet")
_ENDED: Final = ("Succeeded", "Failed")


class PodWorker:
    """One pod, from the moment it is the node's until nothing of it is left there."""

    def __init__(self, node: Node, pod: Object, address: str, volumes: Sequence[Volume]) -> None:
        self.uid: Final = str(objects.metadata(pod)["uid"])
        self._node = node
        self._pod = pod
        self._address = address
        self._started = node.cluster.now()
        self._wake = asyncio.Event()
        self._is_gone = False
        self._is_closing = False
        self._sent: Object = {}
        self._references = _references(pod)
        self._volumes = [
            VolumeLoop(one, pod=lambda: self._pod, report=self._record, settled=self._wake.set) for one in volumes
        ]
        self._containers = Containers(
            pod,
            launch=Launcher(node, lambda: self._pod, volumes).launch,
            report=self._record,
            changed=self._wake.set,
            now=node.cluster.now,
        )

    def update(self, pod: Object | None) -> None:
        """Take the pod as it is now; None once it is gone from the API server."""
        shown = _shown(self._pod)
        self._is_gone = pod is None
        self._pod = pod or self._pod
        if shown != _shown(self._pod):
            self.refresh(None)
        self._wake.set()

    def refresh(self, changed: Reference | None) -> None:
        """Look again at the volumes that show an object, or, for None, the pod, and at containers that wait for it."""
        if changed is not None and changed not in self._references:
            return
        for loop in self._volumes:
            if loop.volume.shows(changed):
                loop.refresh()
        self._containers.poke()

    def waits_for(self, container: str) -> str:
        """Return why a container has not started yet, "" where it has."""
        for one in (one for views in self._containers.views() for one in views):
            if one.name == container and "waiting" in one.state and not one.last:
                return str(one.state["waiting"]["reason"])
        return ""

    def close(self) -> None:
        """End as for a deleted pod, at once and without telling the API server; what cannot be undone is left."""
        self._is_closing = True
        for one in self._volumes:
            one.end(is_patient=False)
        self._wake.set()

    async def run(self) -> None:
        """Return when nothing of the pod is left on the node."""
        folders.make(self._node.root / layout.pod(self.uid))
        await self._node.references.hold(self.uid, self._references)
        async with asyncio.TaskGroup() as group:
            loops = [group.create_task(one.run()) for one in self._volumes]
            running = await self._live(group)
            await self._containers.stop(self._grace())
            if running is not None:
                await running
            await self._report()
            for one in self._volumes:
                one.end(is_patient=not self._is_closing)
            await asyncio.gather(*loops)
            while not self._is_ending:  # it has run to its end, and stays to be looked at
                await self._rest()
        if all(one.is_gone for one in self._volumes):  # else something may be mounted there still
            folders.remove(self._node.root / layout.pod(self.uid))
        self._node.references.release(self.uid)
        self._node.tokens.forget(self.uid)
        await self._release()
        self._node.recorder.forget(self.uid)

    @property
    def _is_ending(self) -> bool:
        return self._is_gone or self._is_closing or "deletionTimestamp" in objects.metadata(self._pod)

    async def _live(self, group: asyncio.TaskGroup) -> asyncio.Task[None] | None:
        """Follow the pod until it ends; return what runs its containers, None where they never began."""
        running: asyncio.Task[None] | None = None
        while not self._is_ending:
            if running is None and self._has_volumes:
                running = group.create_task(self._containers.run())
                running.add_done_callback(lambda _: self._wake.set())
            await self._report()
            if running is not None and running.done() and self._sent.get("phase") in _ENDED:
                break
            await self._rest()
        return running

    async def _rest(self) -> None:
        await self._wake.wait()
        self._wake.clear()

    @property
    def _has_volumes(self) -> bool:
        return all(one.is_set_up for one in self._volumes)

    def _grace(self) -> float:
        if self._is_closing:
            return 0.0
        metadata = objects.metadata(self._pod)
        seconds = metadata.get("deletionGracePeriodSeconds")
        return float(self._pod["spec"].get("terminationGracePeriodSeconds", 30) if seconds is None else seconds)

    async def _record(self, reason: str, message: str) -> None:
        if not self._is_closing:
            await self._node.recorder.record(self._pod, reason, message)

    async def _report(self) -> None:
        """Write the pod's status where it changed."""
        inits, mains = self._containers.views()
        standing = Standing(
            inits=inits,
            containers=mains,
            sidecars=self._containers.sidecars,
            has_volumes=self._has_volumes,
            host_address=self._node.address,
            pod_address=self._address,
            started=self._started,
        )
        status = pod_status.status(self._pod, standing, self._node.cluster.now())
        if status == self._sent or self._is_gone or self._is_closing:
            return
        try:
            self._pod = await self._node.cluster.merge(f"{self._path}/status", {"status": status})
            self._sent = status
        except Refused as refusal:
            _LOG.info("the status of %s is not taken: %s", self._path, refusal)

    async def _release(self) -> None:
        """Let the API server forget the pod, now that the node has."""
        if self._is_gone or self._is_closing:
            return
        options = {"gracePeriodSeconds": 0, "preconditions": {"uid": self.uid}}
        try:
            await self._node.cluster.send("DELETE", self._path, options)
        except Refused as refusal:
            _LOG.info("%s is not released: %s", self._path, refusal)

    @property
    def _path(self) -> str:
        metadata = objects.metadata(self._pod)
        return f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}"


def _references(pod: Object) -> frozenset[Reference]:
    namespace, spec = objects.namespace(pod), pod["spec"]
    found = [references.of_volume(one, namespace) for one in objects.items(spec.get("volumes"))]
    for field in ("containers", "initContainers"):
        found += [references.of_container(one, namespace) for one in objects.items(spec.get(field))]
    return frozenset().union(*found)


def _shown(pod: Object) -> tuple[object, object]:
    """Return what of a pod may change and is shown by its volumes."""
    metadata = objects.metadata(pod)
    return metadata.get("labels"), metadata.get("annotations")
