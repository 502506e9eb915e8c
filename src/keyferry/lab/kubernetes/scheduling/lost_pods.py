"""Ends pods whose node is no more: nobody else would ever let go of them.

Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-garbage-collection
"""

from datetime import datetime, timedelta

from keyferry.lab.kubernetes import conditions, lifecycle, objects
from keyferry.lab.kubernetes.loopback import Loopback
from keyferry.lab.kubernetes.storage.journal import Change, ChangeType, Key
from keyferry.lab.kubernetes.storage.store import StorageKey

PODS = ("", "pods")
NODES = ("", "nodes")
QUARANTINE = timedelta(seconds=40)  # a node may come back for so long
_ORPHANED = {
    "type": "DisruptionTarget",
    "status": "True",
    "reason": "DeletionByPodGC",
    "message": "PodGC: node no longer exists",
}


class LostPods:
    """Looks at a pod when it changes, and at those of a node when that comes or goes."""

    def __init__(self, api: Loopback) -> None:
        self._api = api
        self._since: dict[Key, datetime] = {}

    def observe(self, kind: StorageKey, change: Change, now: datetime) -> None:
        """Note what `change` makes necessary."""
        if kind == PODS:
            self._look(change.stored.key, now)
        elif kind == NODES and (change.type is ChangeType.DELETED or change.previous is None):
            for key in self._api.store.journal(PODS).current:
                self._look(key, now)

    def settle(self, now: datetime) -> bool:
        """Delete the pods whose node has been gone for long enough; tell whether there were any."""
        due = [key for key, since in self._since.items() if now >= since + QUARANTINE]
        for key in due:
            del self._since[key]
            found = self._api.store.journal(PODS).current[key]
            document = objects.copy(found.document)
            document["status"] = {**(document.get("status") or {}), "phase": "Failed"}
            conditions.write(document, dict(_ORPHANED), now)
            stored = self._api.update(document, now, subresource="status")
            lifecycle.delete(self._api.store, PODS, stored, now, grace_seconds=0)
        return bool(due)

    def _look(self, key: Key, now: datetime) -> None:
        pod = self._api.store.get(PODS, key)
        node = str(objects.dig(pod.document, "spec", "nodeName") or "") if pod else ""
        if node and self._api.store.get(NODES, ("", node)) is None:
            self._since.setdefault(key, now)
        else:
            self._since.pop(key, None)
