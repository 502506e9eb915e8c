"""Gives every pod that waits for one a node, and says why where there is none.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/
"""

from collections import Counter
from datetime import datetime

from keyferry.lab.kubernetes import conditions, lifecycle, objects
from keyferry.lab.kubernetes.loopback import Loopback
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.recorder import NORMAL, WARNING, Recorder
from keyferry.lab.kubernetes.scheduling import fitting
from keyferry.lab.kubernetes.storage.journal import Change, ChangeType, Key, Stored
from keyferry.lab.kubernetes.storage.store import StorageKey
from keyferry.lab.kubernetes.verbs import binding

PODS = ("", "pods")
NODES = ("", "nodes")
NAME = "default-scheduler"
_FINISHED = ("Succeeded", "Failed")


class Scheduler:
    """Looks at a pod when it changes, and at all that wait when a node changes or a pod leaves one."""

    def __init__(self, api: Loopback) -> None:
        self._api = api
        self._recorder = Recorder(api, NAME)
        self._waiting: set[Key] = set()
        self._due: set[Key] = set()

    def observe(self, kind: StorageKey, change: Change, _now: datetime) -> None:
        """Note what `change` makes necessary."""
        if kind == NODES:
            self._due |= self._waiting
        elif kind == PODS:
            self._observe_pod(change)

    def settle(self, now: datetime) -> bool:
        """Place the pods that are due; tell whether there were any. To be called before other loops change pods."""
        due, self._due = sorted(self._due & self._waiting), set()
        if not due:
            return False
        nodes = [stored.document for stored in self._api.store.journal(NODES).current.values()]
        crowds = self._crowds()
        for key in due:
            pod = self._api.store.journal(PODS).current[key]
            self._place(pod, fitting.choose(pod.document, nodes, crowds), crowds, now)
        return True

    def _observe_pod(self, change: Change) -> None:
        key, document = change.stored.key, change.stored.document
        if change.type is not ChangeType.DELETED and is_waiting(document):
            if key not in self._waiting or _is_other(change):
                self._due.add(key)
            self._waiting.add(key)
            return
        self._waiting.discard(key)
        if change.type is ChangeType.DELETED or _is_over(document):
            self._due |= self._waiting  # there is room now

    def _crowds(self) -> Counter[str]:
        pods = (stored.document for stored in self._api.store.journal(PODS).current.values())
        return Counter(pod["spec"]["nodeName"] for pod in pods if pod["spec"].get("nodeName") and not _is_over(pod))

    def _place(self, pod: Stored, choice: fitting.Choice, crowds: Counter[str], now: datetime) -> None:
        if not choice.node:
            self._refuse(pod.document, choice.why, now)
            return
        crowds[choice.node] += 1
        bound = binding.bind(self._api.store, pod, choice.node, now)
        name = "/".join(pod.key)
        message = f"Successfully assigned {name} to {choice.node}"
        self._recorder.record(bound.document, NORMAL, "Scheduled", message, now)

    def _refuse(self, pod: Object, why: str, now: datetime) -> None:
        document = objects.copy(pod)
        condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": why}
        if not conditions.write(document, condition, now):
            return
        stored = self._api.update(document, now, subresource="status")
        self._recorder.record(stored.document, WARNING, "FailedScheduling", why, now)


def is_waiting(pod: Object) -> bool:
    """Whether the pod waits for this scheduler to find it a node."""
    spec = pod.get("spec") or {}
    gated = spec.get("nodeName") or spec.get("schedulingGates") or spec.get("schedulerName", NAME) != NAME
    return not gated and not lifecycle.is_ending(pod) and not _is_over(pod)


def _is_over(pod: Object) -> bool:
    return objects.dig(pod, "status", "phase") in _FINISHED


def _is_other(change: Change) -> bool:
    """Whether the pod asks for something else than before: its status does not matter."""
    previous = change.previous
    return previous is not None and previous.document.get("spec") != change.stored.document.get("spec")
