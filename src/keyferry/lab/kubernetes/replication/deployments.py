"""Deployments: a ReplicaSet for each template, and the pods moved from the old ones to the new one step by step.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
"""

from datetime import datetime

from keyferry.lab.kubernetes import lifecycle, objects
from keyferry.lab.kubernetes.loopback import Loopback
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.recorder import NORMAL, Recorder
from keyferry.lab.kubernetes.replication import deployment_status, pods, revisions, rollout
from keyferry.lab.kubernetes.replication.rollout import Generation

KIND = ("apps", "deployments")


class Deployments:
    """The reconciler of Deployments."""

    def __init__(self, api: Loopback) -> None:
        self._api = api
        self._recorder = Recorder(api, "deployment-controller")

    def sync(self, owner: Object, dependents: list[Object], now: datetime) -> datetime | None:
        """Take the next step of a rollout, and count."""
        new = revisions.present(owner, dependents)
        old = sorted((one for one in dependents if one is not new), key=revisions.age)
        if not lifecycle.is_ending(owner):
            if new is None and not owner["spec"].get("paused"):
                new = self._begin(owner, old, now)
            owner = self._numbered(owner, new, old, now)
            self._scale(owner, new, old, now)
            self._forget(owner, old, now)
        status = deployment_status.of(owner, new, old, now)
        pods.write_status(self._api, owner, status, now)
        return deployment_status.deadline(owner, status, now)

    def _begin(self, owner: Object, old: list[Object], now: datetime) -> Object:
        """Create the ReplicaSet of the present template, as large as it may be at first."""
        total = sum(_replicas(one) for one in old)
        replicas = self._wanted(owner, 0, total, old)
        number = max((revisions.number(one) for one in old), default=0) + 1
        stored = self._api.create(revisions.made_of(owner, replicas, number), now)
        self._tell(owner, stored.document, 0, replicas, now)
        return stored.document

    def _wanted(self, owner: Object, new: int, total: int, old: list[Object]) -> int:
        """Return how many pods of the new template there should be now."""
        replicas, strategy = _replicas(owner), owner["spec"]["strategy"]
        if strategy["type"] == "Recreate":
            left = any(_count(one, "replicas") or _count(one, "terminatingReplicas") or _replicas(one) for one in old)
            return new if left else replicas
        return rollout.scaled_up(replicas, new, total, rollout.limits(strategy, replicas))

    def _numbered(self, owner: Object, new: Object | None, old: list[Object], now: datetime) -> Object:
        """Give the present ReplicaSet the highest revision, which is the Deployment's own."""
        if new is None:
            return owner
        newest = max((revisions.number(one) for one in old), default=0)
        number = revisions.number(new)
        if number <= newest:
            number = newest + 1
            self._annotate(new, number, now)
        if revisions.number(owner) == number:
            return owner
        return self._annotate(owner, number, now)

    def _annotate(self, document: Object, number: int, now: datetime) -> Object:
        changed = objects.copy(document)
        annotations = objects.metadata(changed).setdefault("annotations", {})
        annotations[revisions.REVISION] = str(number)
        return self._api.update(changed, now).document

    def _scale(self, owner: Object, new: Object | None, old: list[Object], now: datetime) -> None:
        total = sum(_replicas(one) for one in old) + (_replicas(new) if new else 0)
        if new is not None:
            self._resize(owner, new, self._wanted(owner, _replicas(new), total, old), now)
        for one, replicas in zip(old, self._kept(owner, new, old), strict=True):
            self._resize(owner, one, replicas, now)

    def _kept(self, owner: Object, new: Object | None, old: list[Object]) -> list[int]:
        """Return how many pods of each old template there should be now."""
        if new is None:  # paused before its first ReplicaSet
            return [_replicas(one) for one in old]
        if owner["spec"]["strategy"]["type"] == "Recreate":
            return [0 for _ in old]
        replicas = _replicas(owner)
        allowed = rollout.limits(owner["spec"]["strategy"], replicas)
        return rollout.scaled_down(replicas, _generation(new), [_generation(one) for one in old], allowed)

    def _resize(self, owner: Object, replica_set: Object, replicas: int, now: datetime) -> None:
        live = self._api.store.get(("apps", "replicasets"), (objects.namespace(owner), objects.name(replica_set)))
        if live is None or _replicas(live.document) == replicas:
            return
        self._tell(owner, live.document, _replicas(live.document), replicas, now)
        changed = objects.copy(live.document)
        changed["spec"]["replicas"] = replicas
        self._api.update(changed, now)

    def _tell(self, owner: Object, replica_set: Object, before: int, replicas: int, now: datetime) -> None:
        way = "up" if replicas > before else "down"
        message = f"Scaled {way} replica set {objects.name(replica_set)} from {before} to {replicas}"
        self._recorder.record(owner, NORMAL, "ScalingReplicaSet", message, now)

    def _forget(self, owner: Object, old: list[Object], now: datetime) -> None:
        """Delete the oldest ReplicaSets without pods, beyond those that the history keeps."""
        idle = [one for one in old if not _replicas(one) and not _count(one, "replicas")]
        for one in sorted(idle, key=revisions.number)[
            : max(0, len(idle) - int(owner["spec"].get("revisionHistoryLimit", 10)))
        ]:
            self._api.delete(one, now)


def _replicas(document: Object) -> int:
    return int(document["spec"].get("replicas", 1))


def _count(document: Object, field: str) -> int:
    return int(objects.dig(document, "status", field) or 0)


def _generation(replica_set: Object) -> Generation:
    return Generation(replicas=_replicas(replica_set), available=_count(replica_set, "availableReplicas"))
