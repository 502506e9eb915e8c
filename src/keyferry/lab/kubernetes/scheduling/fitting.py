"""Which node is the best for a pod, or why none is. Pure: nodes and the number of their pods are arguments."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.scheduling import node_selection, tolerations

NO_NODES = "no nodes available to schedule pods"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The node's name, or "" and what is wrong with all of them."""

    node: str = ""
    why: str = ""


def choose(pod: Object, nodes: Iterable[Object], pods_on: Mapping[str, int]) -> Choice:
    """Return the fitting node with the fewest pods, the first by name among equals."""
    found = list(nodes)
    if not found:
        return Choice(why=NO_NODES)
    reasons = {objects.name(node): unfit(pod, node, pods_on.get(objects.name(node), 0)) for node in found}
    fitting = [name for name, reason in reasons.items() if not reason]
    if fitting:
        return Choice(node=min(fitting, key=lambda name: (pods_on.get(name, 0), name)))
    counted = sorted(f"{count} {reason}" for reason, count in Counter(reasons.values()).items())
    return Choice(why=f"0/{len(found)} nodes are available: {', '.join(counted)}.")


def unfit(pod: Object, node: Object, pods_on_it: int) -> str:
    """Return why the pod cannot be placed on the node, in the scheduler's words; "" when it can."""
    for taint in tolerations.taints(node):
        if not tolerations.tolerated(pod, taint):
            return _words(taint)
    if not node_selection.wanted(pod, node):
        return "node(s) didn't match Pod's node affinity/selector"
    room = objects.dig(node, "status", "allocatable", "pods")
    if room is not None and pods_on_it >= int(room):
        return "Too many pods"
    return ""


def _words(taint: Object) -> str:
    if taint["key"] == tolerations.UNSCHEDULABLE:
        return "node(s) were unschedulable"
    return f"node(s) had untolerated taint {{{taint['key']}: {taint.get('value') or ''}}}"
