"""Nodes: their defaults, and what may not change. Source: `kubernetes/pkg/apis/core/validation`, ValidateNode."""

from keyferry.lab.kubernetes import names, objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, duplicate, forbidden, required, unsupported

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_CAPACITY = "capacity"


def default(new: Object, _old: Object | None) -> None:
    """Give a node its specification, and what it can allocate: its capacity where it does not say."""
    new.setdefault("spec", {})
    status = new.get("status")
    if isinstance(status, dict) and _CAPACITY in status:
        status.setdefault("allocatable", objects.copy(status[_CAPACITY]))


def validate(new: Object, old: Object | None) -> list[Problem]:
    """Problems of a node: its taints, and a cloud machine that becomes another."""
    found = []
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(objects.items(objects.dig(new, "spec", "taints"))):
        found += _taint(f"spec.taints[{index}]", taint, seen)
    former = objects.dig(old, "spec", "providerID")
    if former and objects.dig(new, "spec", "providerID") != former:
        detail = 'node updates may not change providerID except from "" to valid'
        found.append(forbidden("spec.providerID", detail))
    return found


def _taint(path: str, taint: Object, seen: set[tuple[str, str]]) -> list[Problem]:
    key, effect = str(taint.get("key") or ""), str(taint.get("effect") or "")
    found = names.qualified(f"{path}.key", key) if key else [required(f"{path}.key")]
    if effect not in EFFECTS:
        found.append(unsupported(f"{path}.effect", effect, EFFECTS))
    if (key, effect) in seen:
        found.append(duplicate(path, {"key": key, "effect": effect}))
    seen.add((key, effect))
    return found
