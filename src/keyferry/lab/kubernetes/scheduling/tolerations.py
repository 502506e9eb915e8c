"""Which taints of a node a pod does not mind.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
"""

from collections.abc import Iterator

from keyferry.lab.kubernetes import conditions, objects
from keyferry.lab.kubernetes.objects import Object

UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
NOT_READY = "node.kubernetes.io/not-ready"
_KEEPING_AWAY = ("NoSchedule", "NoExecute")


def taints(node: Object) -> Iterator[Object]:
    """Yield what keeps new pods from a node, with the taints that a control plane puts on one that is not ready."""
    for taint in objects.items(objects.dig(node, "spec", "taints")):
        if taint.get("effect") in _KEEPING_AWAY:
            yield taint
    if objects.dig(node, "spec", "unschedulable"):
        yield {"key": UNSCHEDULABLE, "effect": "NoSchedule"}
    if not is_ready(node):
        yield {"key": NOT_READY, "effect": "NoSchedule"}


def is_ready(node: Object) -> bool:
    """Whether the node says that it can run pods."""
    return conditions.is_true(node, "Ready")


def tolerated(pod: Object, taint: Object) -> bool:
    """Whether the pod does not mind the taint."""
    return any(_tolerates(one, taint) for one in objects.items(objects.dig(pod, "spec", "tolerations")))


def _tolerates(toleration: Object, taint: Object) -> bool:
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    if toleration.get("operator") == "Exists":
        return True
    return bool(toleration.get("key")) and (toleration.get("value") or "") == (taint.get("value") or "")
