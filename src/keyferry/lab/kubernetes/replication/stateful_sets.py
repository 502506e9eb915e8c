"""StatefulSets: pods with fixed names, made from the first to the last and renewed from the last to the first.

Claims of volumes are not made: the lab has none. Source:
https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/
"""

from datetime import datetime

from keyferry.lab.kubernetes import lifecycle, objects
from keyferry.lab.kubernetes.loopback import Loopback
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.replication import pods, replica_sets
from keyferry.lab.kubernetes.replication.pods import PodControl

KIND = ("apps", "statefulsets")
REVISION_LABEL = "controller-revision-hash"
NAME_LABEL = "statefulset.kubernetes.io/pod-name"
INDEX_LABEL = "apps.kubernetes.io/pod-index"


class StatefulSets:
    """The reconciler of StatefulSets."""

    def __init__(self, api: Loopback) -> None:
        self._api = api
        self._control = PodControl(api, "statefulset-controller")

    def sync(self, owner: Object, dependents: list[Object], now: datetime) -> datetime | None:
        """Take the next step, one pod at a time unless the set says that it does not matter, and count."""
        revision = f"{objects.name(owner)}-{pods.template_hash(owner['spec']['template'])}"
        numbered = {number: pod for pod in dependents if (number := ordinal(owner, pod)) is not None}
        try:
            if not lifecycle.is_ending(owner):
                self._step(owner, numbered, revision, now)
        finally:
            pods.write_status(self._api, owner, _status(owner, numbered, revision, now), now)
        active = [pod for pod in numbered.values() if pods.is_active(pod)]
        return replica_sets.next_change(active, _min_ready(owner), now)

    def _step(self, owner: Object, numbered: dict[int, Object], revision: str, now: datetime) -> None:
        """Do what is next: each of these must be complete, or be done at once, before the following begins."""
        ordered = _is_ordered(owner)
        if self._finished(owner, numbered, now):
            return
        if self._grow(owner, numbered, revision, now) and ordered:
            return
        if self._shrink(owner, numbered, ordered, now) and ordered:
            return
        self._renew(owner, numbered, revision, now)

    def _grow(self, owner: Object, numbered: dict[int, Object], revision: str, now: datetime) -> bool:
        """Make the pods that are missing, in order only the first; tell whether one is missing or not settled."""
        waits = False
        for number in range(int(owner["spec"].get("replicas", 1))):
            if number not in numbered:
                self._control.create(owner, _pod(owner, number, revision), now)
            elif _is_settled(owner, numbered[number], now):
                continue
            waits = True
            if _is_ordered(owner):
                break
        return waits

    def _shrink(self, owner: Object, numbered: dict[int, Object], ordered: bool, now: datetime) -> bool:
        """Delete the pods that are too much, in order only the last; tell whether there were any."""
        replicas = int(owner["spec"].get("replicas", 1))
        surplus = sorted((number for number in numbered if number >= replicas), reverse=True)
        for number in surplus[:1] if ordered else surplus:
            if not lifecycle.is_ending(numbered[number]):
                self._control.delete(owner, numbered[number], now)
        return bool(surplus)

    def _finished(self, owner: Object, numbered: dict[int, Object], now: datetime) -> bool:
        """Delete pods that have ended, so that they are made again; tell whether there were any."""
        over = [pod for pod in numbered.values() if objects.dig(pod, "status", "phase") in pods.FINISHED]
        for pod in over:
            if not lifecycle.is_ending(pod):
                self._control.delete(owner, pod, now)
        return bool(over)

    def _renew(self, owner: Object, numbered: dict[int, Object], revision: str, now: datetime) -> None:
        """Delete the last pod of an old template, once all behind it are settled."""
        strategy = owner["spec"]["updateStrategy"]
        if strategy["type"] != "RollingUpdate":
            return
        partition = int((strategy.get("rollingUpdate") or {}).get("partition") or 0)
        for number in sorted((one for one in numbered if one >= partition), reverse=True):
            pod = numbered[number]
            if _revision(pod) != revision and not lifecycle.is_ending(pod):
                self._control.delete(owner, pod, now)
                return
            if not _is_settled(owner, pod, now):
                return


def ordinal(owner: Object, pod: Object) -> int | None:
    """Return the pod's number in the set, None for a name that the set does not give."""
    prefix, _, number = objects.name(pod).rpartition("-")
    return int(number) if prefix == objects.name(owner) and number.isdecimal() else None


def _is_ordered(owner: Object) -> bool:
    return bool(owner["spec"]["podManagementPolicy"] == "OrderedReady")


def _pod(owner: Object, number: int, revision: str) -> Object:
    name = f"{objects.name(owner)}-{number}"
    labels = {REVISION_LABEL: revision, NAME_LABEL: name, INDEX_LABEL: str(number)}
    pod = pods.made_of(owner["spec"]["template"], owner, name=name, labels=labels)
    pod["spec"]["hostname"] = name
    if owner["spec"].get("serviceName"):
        pod["spec"]["subdomain"] = owner["spec"]["serviceName"]
    return pod


def _is_settled(owner: Object, pod: Object, now: datetime) -> bool:
    return pods.is_active(pod) and pods.is_available(pod, _min_ready(owner), now)


def _min_ready(owner: Object) -> int:
    return int(owner["spec"].get("minReadySeconds") or 0)


def _revision(pod: Object) -> str:
    return str((objects.metadata(pod).get("labels") or {}).get(REVISION_LABEL, ""))


def _status(owner: Object, numbered: dict[int, Object], revision: str, now: datetime) -> Object:
    present = list(numbered.values())
    active = [pod for pod in present if pods.is_active(pod)]
    updated = sum(_revision(pod) == revision for pod in active)
    replicas = int(owner["spec"].get("replicas", 1))
    former = objects.dig(owner, "status", "currentRevision") or revision
    renewed = updated == replicas == sum(_is_settled(owner, pod, now) for pod in present)
    current = revision if renewed else former
    return {
        "replicas": len(present),
        "readyReplicas": sum(pods.is_ready(pod) for pod in active) or None,
        "availableReplicas": sum(_is_settled(owner, pod, now) for pod in present),
        "currentReplicas": sum(_revision(pod) == current for pod in active) or None,
        "updatedReplicas": updated or None,
        "currentRevision": current,
        "updateRevision": revision,
        "collisionCount": 0,
        "observedGeneration": objects.metadata(owner).get("generation"),
    }
