"""The watched documents, from bytes to types, and patches back to bytes. Pure; only what deciding needs is kept.

A Secret loses its values right here: a mark of them is taken, and the rest is dropped.
"""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from keyferry.kube.wire.objects import Key, ObjectMeta
from keyferry.kube.wire.resources import Resource
from keyferry.model.wellknown import PROVENANCE_ANNOTATION
from keyferry.restart import annotations, provenance, rollout, seen
from keyferry.restart.kinds import ROLLOUTS
from keyferry.restart.rollout import WorkloadSpec, WorkloadStatus
from keyferry.restart.seen import Marker
from keyferry.restart.state import Known, Mark, Restart, Rollout, Source, SourceKind, Workload

_NO_TEMPLATE: Final = (
    f"its pods' template is in another object (workloadRef), so {annotations.RESTART_ANNOTATION} must name the Secrets"
)


class _Wire(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    pass


class _Document(_Wire, frozen=True):
    metadata: ObjectMeta
    spec: WorkloadSpec = WorkloadSpec()
    status: WorkloadStatus = WorkloadStatus()


class _Secret(_Wire, frozen=True):
    metadata: ObjectMeta
    data: dict[str, str] | None = None


def workload(document: bytes, resource: Resource, *, reloader: bool = True) -> Workload | None:
    """Decode a workload; None where it asks for nothing, or is being deleted. msgspec.MsgspecError for another form."""
    read = msgspec.json.decode(document, type=_Document)
    meta, spec = read.metadata, read.spec
    if meta.deletion_timestamp is not None:
        return None
    wishes = annotations.wishes(meta.annotations, spec.template.annotations, spec.template.used(), reloader=reloader)
    is_referring = spec.workload_ref is not None
    if is_referring and meta.annotations.get(annotations.RESTART_ANNOTATION) == "true":
        wishes.notes.append(_NO_TEMPLATE)
    if not wishes.watched and not wishes.notes:
        return None
    is_by_field = is_referring or meta.annotations.get(annotations.ROLLOUT_STRATEGY) == "restart"
    return Workload(
        resource=resource,
        key=meta.key,
        uid=meta.uid,
        resource_version=meta.resource_version,
        watched=wishes.watched,
        seen=seen.decode(meta.annotations.get(annotations.SEEN_ANNOTATION, "")),
        rollout=_rollout(resource, read, by_restart_at=is_by_field and resource == ROLLOUTS),
        notes=tuple(wishes.notes),
    )


def secret(document: bytes, marker: Marker) -> tuple[str, Known]:
    """Return a Secret's resource version and what is known of it, without its values."""
    read = msgspec.json.decode(document, type=_Secret)
    meta = read.metadata
    return meta.resource_version, Known(
        mark=marker.of(meta.namespace, Source(SourceKind.SECRET, meta.name), read.data or {}),
        is_matched=meta.annotations.get(annotations.MATCH) == "true",
        is_ignored=meta.annotations.get(annotations.IGNORE) == "true",
        versions=provenance.of_secret(meta.annotations.get(PROVENANCE_ANNOTATION, "")),
    )


def patch(action: Mark | Restart) -> bytes:
    """Return the merge patch that does it, if the workload still is as it was seen."""
    noted = {annotations.SEEN_ANNOTATION: seen.encode(action.seen)}
    body: dict[str, Any] = {
        "metadata": {"resourceVersion": action.workload.resource_version, "annotations": noted},
    }
    if isinstance(action, Restart):
        body["spec"] = _restart(action.workload.rollout, action.at)
    return msgspec.json.encode(body)


def workload_id(resource: Resource, key: Key) -> Key:
    """Return the key under which a cache of several kinds holds a workload."""
    return Key(namespace=key.namespace, name=f"{resource.plural}/{key.name}")


def _rollout(resource: Resource, read: _Document, *, by_restart_at: bool) -> Rollout:
    return rollout.of(resource, read.metadata.generation, read.spec, read.status, by_restart_at=by_restart_at)


def _restart(state: Rollout, at: datetime) -> dict[str, Any]:
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if state.by_restart_at:
        return {"restartAt": stamp}
    return {"template": {"metadata": {"annotations": {annotations.RESTARTED_AT_ANNOTATION: stamp}}}}
