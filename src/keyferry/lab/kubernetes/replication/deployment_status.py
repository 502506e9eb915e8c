"""What a Deployment says of itself: its numbers, and the conditions Available and Progressing.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
"""

from datetime import datetime, timedelta

from keyferry.lab.kubernetes import conditions, objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.replication import rollout

_COMPLETE = "NewReplicaSetAvailable"
_LATE = "ProgressDeadlineExceeded"
_GROWING = ("updatedReplicas", "readyReplicas", "availableReplicas")


def of(owner: Object, new: Object | None, old: list[Object], now: datetime) -> Object:
    """Return the status; numbers that are none are left out."""
    every = [*old, *([new] if new else [])]
    replicas = int(owner["spec"].get("replicas", 1))
    available = _sum(every, "availableReplicas")
    total = _sum(every, "replicas")
    numbers = {
        "replicas": total,
        "updatedReplicas": _sum([new], "replicas") if new else 0,
        "readyReplicas": _sum(every, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, max(total, replicas) - available),
        "terminatingReplicas": _sum(every, "terminatingReplicas"),
    }
    status: Object = {key: value for key, value in numbers.items() if value}
    status["observedGeneration"] = objects.metadata(owner).get("generation")
    status["conditions"] = objects.copy(owner.get("status") or {}).get("conditions") or []
    counted = {**owner, "status": status}
    _available(counted, available >= replicas - rollout.limits(owner["spec"]["strategy"], replicas).unavailable, now)
    _progressing(counted, owner, now)
    return status


def deadline(owner: Object, status: Object, now: datetime) -> datetime | None:
    """Return when a rollout that does not move any more is called failed, None where none is under way."""
    condition = conditions.find({"status": status}, "Progressing")
    if condition is None or condition["reason"] in (_COMPLETE, _LATE):
        return None
    at = _due(owner, condition)
    return at if at > now else None


def _available(counted: Object, enough: bool, now: datetime) -> None:
    condition = {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"}
    condition["message"] = "Deployment has minimum availability."
    if not enough:
        condition |= {"status": "False", "reason": "MinimumReplicasUnavailable"}
        condition["message"] = "Deployment does not have minimum availability."
    _write(counted, condition, now)


def _progressing(counted: Object, owner: Object, now: datetime) -> None:
    """Write the condition Progressing; its lastUpdateTime is the last time that anything moved."""
    name = objects.name(owner)
    former = conditions.find(counted, "Progressing")
    condition = {"type": "Progressing", "status": "True"}
    if _is_complete(counted):
        message = f'Deployment "{name}" has successfully progressed.'
        _write(counted, condition | {"reason": _COMPLETE, "message": message}, now)
    elif former is None or _moved(counted, owner):
        message = f'Deployment "{name}" is progressing.'
        _write(counted, condition | {"reason": "ReplicaSetUpdated", "message": message}, now, anew=True)
    elif former["reason"] != _COMPLETE and _due(owner, former) <= now:
        message = f'Deployment "{name}" has timed out progressing.'
        _write(counted, condition | {"status": "False", "reason": _LATE, "message": message}, now)


def _is_complete(counted: Object) -> bool:
    status, replicas = counted["status"], int(counted["spec"].get("replicas", 1))
    same = ("replicas", "updatedReplicas", "availableReplicas")
    return all(status.get(field, 0) == replicas for field in same)


def _moved(counted: Object, owner: Object) -> bool:
    status, former = counted["status"], owner.get("status") or {}
    if status["observedGeneration"] != former.get("observedGeneration"):
        return True
    grown = any(status.get(field, 0) > former.get(field, 0) for field in _GROWING)
    return grown or status.get("replicas", 0) < former.get("replicas", 0)


def _due(owner: Object, condition: Object) -> datetime:
    since = objects.instant(condition["lastUpdateTime"])
    assert since is not None
    return since + timedelta(seconds=int(owner["spec"].get("progressDeadlineSeconds", 600)))


def _write(counted: Object, condition: Object, now: datetime, *, anew: bool = False) -> None:
    if conditions.write(counted, condition, now) or anew:
        written = conditions.find(counted, condition["type"])
        assert written is not None
        written["lastUpdateTime"] = objects.stamp(now)


def _sum(replica_sets: list[Object], field: str) -> int:
    return sum(int(objects.dig(one, "status", field) or 0) for one in replica_sets)
