"""Writes events about pods; what happens again is counted on the event that is there."""

import logging
import secrets
from typing import Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.kubelet import pod_events
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet.cluster import Cluster, Refused

_LOG: Final = logging.getLogger("keyferry.lab.kubelet")


class Recorder:
    """Records for one node."""

    def __init__(self, cluster: Cluster, node: str) -> None:
        self._cluster = cluster
        self._node = node
        self._seen: dict[tuple[str, str, str], tuple[str, int]] = {}

    async def record(self, pod: Object, reason: str, message: str) -> None:
        """Write an event. One that the API server refuses is lost, as a real one."""
        metadata = objects.metadata(pod)
        key = (metadata["uid"], reason, message)
        path, count = self._seen.get(key, ("", 0))
        try:
            if path:
                await self._cluster.merge(path, pod_events.again(count + 1, self._cluster.now()))
            else:
                path = await self._first(pod, reason, message)
        except Refused as refusal:
            self._seen.pop(key, None)
            _LOG.info("an event of %s is lost: %s", metadata["name"], refusal)
            return
        self._seen[key] = (path, count + 1)

    def forget(self, uid: str) -> None:
        """Drop what is known of a pod that is gone."""
        for key in [key for key in self._seen if key[0] == uid]:
            del self._seen[key]

    async def _first(self, pod: Object, reason: str, message: str) -> str:
        suffix, now = secrets.token_hex(8), self._cluster.now()
        document = pod_events.event(pod, reason=reason, message=message, node=self._node, suffix=suffix, now=now)
        folder = f"/api/v1/namespaces/{document['metadata']['namespace']}/events"
        await self._cluster.post(folder, document)
        return f"{folder}/{document['metadata']['name']}"
