"""Cells of pods and of what makes them."""

from datetime import datetime
from typing import Any

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.tables.cells import WIDE, Cell, Printer, age, labels, printer, text


def _number(*path: str) -> Cell:
    return lambda document, _now: objects.dig(document, *path) or 0


def _ready_of(ready: str, wanted: tuple[str, ...]) -> Cell:
    def cell(document: Object, _now: datetime) -> str:
        return f"{objects.dig(document, 'status', ready) or 0}/{objects.dig(document, *wanted) or 0}"

    return cell


def _containers(document: Object) -> list[Object]:
    spec = objects.dig(document, "spec", "template", "spec") or document.get("spec") or {}
    return list(objects.items(spec.get("containers")))


def _names(document: Object, _now: datetime) -> str:
    return ",".join(str(container.get("name", "")) for container in _containers(document))


def _images(document: Object, _now: datetime) -> str:
    return ",".join(str(container.get("image", "")) for container in _containers(document))


def _selector(document: Object, _now: datetime) -> str:
    return labels(objects.dig(document, "spec", "selector", "matchLabels"))


def _statuses(document: Object) -> list[Object]:
    return list(objects.items(objects.dig(document, "status", "containerStatuses")))


def _pod_ready(document: Object, _now: datetime) -> str:
    ready = sum(bool(status.get("ready")) for status in _statuses(document))
    return f"{ready}/{len(_containers(document))}"


def _pod_status(document: Object, _now: datetime) -> str:
    if document["metadata"].get("deletionTimestamp"):
        return "Terminating"
    for status in _statuses(document):
        state = status.get("state") or {}
        reason = objects.dig(state, "waiting", "reason") or objects.dig(state, "terminated", "reason")
        if reason:
            return str(reason)
    return str(objects.dig(document, "status", "reason") or objects.dig(document, "status", "phase") or "Unknown")


def _restarts(document: Object, _now: datetime) -> int:
    return sum(int(status.get("restartCount") or 0) for status in _statuses(document))


_NONE = "<none>"
_TEMPLATE: Any = (("Containers", _names, WIDE), ("Images", _images, WIDE), ("Selector", _selector, WIDE))

PODS: Printer = printer(
    ("Ready", _pod_ready),
    ("Status", _pod_status),
    ("Restarts", _restarts),
    ("Age", age),
    ("IP", text("status", "podIP", missing=_NONE), WIDE),
    ("Node", text("spec", "nodeName", missing=_NONE), WIDE),
    ("Nominated Node", text("status", "nominatedNodeName", missing=_NONE), WIDE),
    ("Readiness Gates", lambda _document, _now: _NONE, WIDE),
)
DEPLOYMENTS: Printer = printer(
    ("Ready", _ready_of("readyReplicas", ("spec", "replicas"))),
    ("Up-to-date", _number("status", "updatedReplicas")),
    ("Available", _number("status", "availableReplicas")),
    ("Age", age),
    *_TEMPLATE,
)
REPLICA_SETS: Printer = printer(
    ("Desired", _number("spec", "replicas")),
    ("Current", _number("status", "replicas")),
    ("Ready", _number("status", "readyReplicas")),
    ("Age", age),
    *_TEMPLATE,
)
STATEFUL_SETS: Printer = printer(
    ("Ready", _ready_of("readyReplicas", ("spec", "replicas"))),
    ("Age", age),
    *_TEMPLATE[:2],
)
DAEMON_SETS: Printer = printer(
    ("Desired", _number("status", "desiredNumberScheduled")),
    ("Current", _number("status", "currentNumberScheduled")),
    ("Ready", _number("status", "numberReady")),
    ("Up-to-date", _number("status", "updatedNumberScheduled")),
    ("Available", _number("status", "numberAvailable")),
    ("Node Selector", lambda document, _now: labels(objects.dig(document, "spec", "template", "spec", "nodeSelector"))),
    ("Age", age),
    *_TEMPLATE,
)
