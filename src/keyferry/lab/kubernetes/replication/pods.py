"""Pods as their controllers see them: made of a template, active, ready, available, first to go."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from keyferry.lab.kubernetes import conditions, lifecycle, names, objects
from keyferry.lab.kubernetes.loopback import Loopback
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.recorder import NORMAL, WARNING, Recorder
from keyferry.lab.kubernetes.replication import ownership
from keyferry.lab.kubernetes.status import StatusError

FINISHED = ("Succeeded", "Failed")
_PHASES = ("Pending", "Unknown", "Running")


def is_active(pod: Object) -> bool:
    """Whether the pod counts: it has neither ended nor been told to."""
    return objects.dig(pod, "status", "phase") not in FINISHED and not lifecycle.is_ending(pod)


def is_ready(pod: Object) -> bool:
    """Whether the pod takes requests."""
    return conditions.is_true(pod, "Ready")


def available_at(pod: Object, min_ready_seconds: int) -> datetime | None:
    """Return when the pod has been ready for long enough, None while it is not ready."""
    condition = conditions.find(pod, "Ready")
    if condition is None or condition.get("status") != "True":
        return None
    since = objects.instant(condition.get("lastTransitionTime"))
    return since + timedelta(seconds=min_ready_seconds) if since else None


def is_available(pod: Object, min_ready_seconds: int, now: datetime) -> bool:
    """Whether the pod has been ready for long enough."""
    if not min_ready_seconds:
        return is_ready(pod)
    at = available_at(pod, min_ready_seconds)
    return at is not None and at <= now


def first_to_go(pod: Object) -> tuple[bool, int, bool, float]:
    """Return the key that puts those first which are missed the least: unplaced, not running, not ready, young."""
    phase = str(objects.dig(pod, "status", "phase"))
    born = objects.instant(objects.metadata(pod).get("creationTimestamp"))
    return (
        bool(objects.dig(pod, "spec", "nodeName")),
        _PHASES.index(phase) if phase in _PHASES else 0,
        is_ready(pod),
        -(born.timestamp() if born else 0.0),
    )


def template_hash(template: Any) -> str:
    """Return what stands for a template in names and labels."""
    return names.suffix(objects.encode(template).decode(), 10)


def made_of(template: Object, owner: Object, *, name: str = "", labels: Mapping[str, str] = {}) -> Object:
    """Return the pod that `owner` makes of its template, with a generated name where none is given."""
    own = template.get("metadata") or {}
    metadata: Object = {
        "namespace": objects.namespace(owner),
        "labels": {**(own.get("labels") or {}), **labels},
        "annotations": dict(own.get("annotations") or {}),
        "ownerReferences": [ownership.reference(owner)],
    }
    metadata |= {"name": name} if name else {"generateName": f"{objects.name(owner)}-"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": objects.copy(template["spec"])}


class PodControl:
    """Creates and deletes pods on behalf of owners, and tells in events."""

    def __init__(self, api: Loopback, component: str) -> None:
        self._api = api
        self._recorder = Recorder(api, component)

    def create(self, owner: Object, pod: Object, now: datetime) -> None:
        """Create the pod; StatusError, told in an event, where the server refuses it."""
        try:
            name = objects.name(self._api.create(pod, now).document)
        except StatusError as refusal:
            self._recorder.record(owner, WARNING, "FailedCreate", f"Error creating: {refusal}", now)
            raise
        self._recorder.record(owner, NORMAL, "SuccessfulCreate", f"Created pod: {name}", now)

    def delete(self, owner: Object, pod: Object, now: datetime) -> None:
        """Begin the deletion of the pod."""
        self._api.delete(pod, now)
        self._recorder.record(owner, NORMAL, "SuccessfulDelete", f"Deleted pod: {objects.name(pod)}", now)


def write_status(api: Loopback, owner: Object, status: Object, now: datetime) -> None:
    """Write the status of `owner` where it is another; what is None is left out."""
    wanted = {key: value for key, value in status.items() if value is not None}
    if wanted != owner.get("status"):
        api.update({**objects.copy(owner), "status": wanted}, now, subresource="status")
