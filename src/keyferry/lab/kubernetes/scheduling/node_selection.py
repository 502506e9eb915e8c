"""Which nodes a pod asks for: its nodeSelector, and the part of its node affinity that is required.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/
"""

from typing import Any

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object

_REQUIRED = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")


def wanted(pod: Object, node: Object) -> bool:
    """Whether the pod may run on the node as far as its wishes go."""
    labels = objects.metadata(node).get("labels") or {}
    selector = objects.dig(pod, "spec", "nodeSelector") or {}
    if any(labels.get(key) != value for key, value in selector.items()):
        return False
    terms = objects.dig(pod, "spec", *_REQUIRED)
    return terms is None or any(_matches(term, node) for term in objects.items(terms))


def _matches(term: Object, node: Object) -> bool:
    labels = objects.metadata(node).get("labels") or {}
    fields = {"metadata.name": objects.name(node)}
    expressions = list(objects.items(term.get("matchExpressions")))
    on_fields = list(objects.items(term.get("matchFields")))
    if not expressions and not on_fields:
        return False  # an empty term chooses nothing
    return all(_holds(one, labels) for one in expressions) and all(_holds(one, fields) for one in on_fields)


def _holds(requirement: Object, values: dict[str, Any]) -> bool:
    value, among = values.get(str(requirement.get("key"))), requirement.get("values") or ()
    match requirement.get("operator"):
        case "In":
            return value in among
        case "NotIn":
            return value not in among
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "Gt" | "Lt" as operator:
            return _in_order(operator, value, among)
    return False


def _in_order(operator: str, value: Any, among: Any) -> bool:
    try:
        mine, bound = int(value), int(among[0])
    except (TypeError, ValueError, IndexError):
        return False
    return mine > bound if operator == "Gt" else mine < bound
