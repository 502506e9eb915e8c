"""Conditions in an object's status: what holds at present, and since when.

Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions
"""

from datetime import datetime

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object


def find(document: Object, type_: str) -> Object | None:
    """Return the condition of this type, None when there is none."""
    found = objects.items(objects.dig(document, "status", "conditions"))
    return next((one for one in found if one.get("type") == type_), None)


def is_true(document: Object, type_: str) -> bool:
    """Whether the condition is there and holds."""
    found = find(document, type_)
    return found is not None and found.get("status") == "True"


def write(document: Object, condition: Object, now: datetime) -> bool:
    """Set one condition in the object's status, in place; tell whether it says something else than before.

    The time of its last transition moves when its status does.
    """
    former = find(document, condition["type"])
    if former is not None and {key: former.get(key) for key in condition} == condition:
        return False
    since = objects.stamp(now)
    if former is not None and former.get("status") == condition["status"]:
        since = former.get("lastTransitionTime", since)
    written = condition | {"lastTransitionTime": since}
    status = document.setdefault("status", {})
    present = list(objects.items(status.get("conditions")))
    if former is None:
        status["conditions"] = [*present, written]
    else:
        status["conditions"] = [written if one is former else one for one in present]
    return True
