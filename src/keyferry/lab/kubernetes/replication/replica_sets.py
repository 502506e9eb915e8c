"""ReplicaSets: so many pods of one template, no more and no less.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/
"""

from datetime import datetime

from keyferry.lab.kubernetes import lifecycle, objects
from keyferry.lab.kubernetes.loopback import Loopback
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.replication import pods
from keyferry.lab.kubernetes.replication.pods import PodControl

KIND = ("apps", "replicasets")


class ReplicaSets:
    """The reconciler of ReplicaSets."""

    def __init__(self, api: Loopback) -> None:
        self._api = api
        self._control = PodControl(api, "replicaset-controller")

    def sync(self, owner: Object, dependents: list[Object], now: datetime) -> datetime | None:
        """Create what is missing or delete what is too much, and count."""
        active = [pod for pod in dependents if pods.is_active(pod)]
        try:
            if not lifecycle.is_ending(owner):
                self._scale(owner, active, now)
        finally:
            ending = sum(lifecycle.is_ending(pod) for pod in dependents)
            pods.write_status(self._api, owner, _status(owner, active, ending, now), now)
        return next_change(active, owner["spec"].get("minReadySeconds") or 0, now)

    def _scale(self, owner: Object, active: list[Object], now: datetime) -> None:
        missing = int(owner["spec"].get("replicas", 1)) - len(active)
        for _ in range(missing):
            self._control.create(owner, pods.made_of(owner["spec"]["template"], owner), now)
        for pod in sorted(active, key=pods.first_to_go)[: max(0, -missing)]:
            self._control.delete(owner, pod, now)


def next_change(active: list[Object], min_ready_seconds: int, now: datetime) -> datetime | None:
    """Return when the next of the pods becomes available, None when none is about to."""
    moments = (pods.available_at(pod, min_ready_seconds) for pod in active)
    return min((moment for moment in moments if moment is not None and moment > now), default=None)


def _status(owner: Object, active: list[Object], ending: int, now: datetime) -> Object:
    spec = owner["spec"]
    wanted = (objects.dig(spec, "template", "metadata", "labels") or {}).items()
    labelled = [pod for pod in active if wanted <= (objects.metadata(pod).get("labels") or {}).items()]
    available = [pod for pod in active if pods.is_available(pod, spec.get("minReadySeconds") or 0, now)]
    return {
        "replicas": len(active),
        "fullyLabeledReplicas": len(labelled) or None,
        "readyReplicas": sum(pods.is_ready(pod) for pod in active) or None,
        "availableReplicas": len(available) or None,
        "terminatingReplicas": ending or None,
        "observedGeneration": objects.metadata(owner).get("generation"),
    }
