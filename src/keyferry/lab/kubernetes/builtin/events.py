"""Events: one storage, two APIs. v1 names the fields one way, events.k8s.io/v1 another.

Source: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
"""

from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, invalid, required

_RENAMED = {
    "regarding": "involvedObject",
    "note": "message",
    "reportingController": "reportingComponent",
    "deprecatedSource": "source",
    "deprecatedFirstTimestamp": "firstTimestamp",
    "deprecatedLastTimestamp": "lastTimestamp",
    "deprecatedCount": "count",
}
_FORMER = {core: new for new, core in _RENAMED.items()}
SELECTABLE = (
    *(
        f"involvedObject.{field}"
        for field in ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")
    ),
    "reason",
    "reportingComponent",
    "source",
    "type",
)
NEW_SELECTABLE = tuple(path.replace("involvedObject", "regarding") for path in SELECTABLE)


def to_core(document: Object) -> Object:
    """Return an events.k8s.io/v1 Event as it is stored: as a v1 Event."""
    return {_RENAMED.get(key, key): value for key, value in document.items()} | {"apiVersion": "v1"}


def from_core(document: Object) -> Object:
    """Return a stored Event as events.k8s.io/v1 shows it."""
    return {_FORMER.get(key, key): value for key, value in document.items()} | {"apiVersion": "events.k8s.io/v1"}


def validate_core(new: Object, _old: Object | None) -> list[Problem]:
    """Problems of a v1 Event: it must be about something in its own namespace."""
    return _same_namespace("involvedObject", new)


def validate(new: Object, old: Object | None) -> list[Problem]:
    """Problems of an events.k8s.io/v1 Event, whose fields of substance are required when it is new."""
    found = _same_namespace("regarding", new)
    if old is None and not new.get("deprecatedFirstTimestamp"):
        found += [
            required(field)
            for field in ("eventTime", "reportingController", "reportingInstance", "action", "reason")
            if not new.get(field)
        ]
    return found


def _same_namespace(field: str, new: Object) -> list[Problem]:
    about = new.get(field)
    if not isinstance(about, dict):
        return [required(field)]
    namespace = new["metadata"].get("namespace")
    if (about.get("namespace") or "default") != namespace:
        return [invalid(f"{field}.namespace", about.get("namespace") or "", "does not match event.namespace")]
    return []
