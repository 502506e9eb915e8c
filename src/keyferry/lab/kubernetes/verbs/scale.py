"""get, update and patch of a workload's scale: how many replicas it is to have, in a kind that all workloads share.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v1/, Scale.
"""

import dataclasses
from typing import Any

from keyferry.lab.kubernetes import objects, status
from keyferry.lab.kubernetes.admission.asking import Review
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.patches import json_patch, merge_patch
from keyferry.lab.kubernetes.patches.errors import PatchError
from keyferry.lab.kubernetes.problems import invalid
from keyferry.lab.kubernetes.requests import bodies, options
from keyferry.lab.kubernetes.requests.negotiation import Form
from keyferry.lab.kubernetes.verbs import presentation, update, webhooks
from keyferry.lab.kubernetes.verbs.call import Call
from keyferry.lab.world.http import Response

_PATCHES: dict[str, Any] = {
    "application/json-patch+json": json_patch.apply,
    "application/merge-patch+json": merge_patch.apply,
    "application/strategic-merge-patch+json": merge_patch.apply,  # the kind has no lists, so it is the same
}
_METADATA = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")


def get(call: Call) -> Response:
    """Answer with the scale of the workload."""
    return _answer(call, call.existing().document)


def put(call: Call) -> Review[Response]:
    """Set the number of replicas to that of the body."""
    return (yield from _written(call, bodies.read(call.request)))


def patch(call: Call) -> Review[Response]:
    """Change the number of replicas as the body says."""
    change = _PATCHES.get(bodies.media_type(call.request))
    if change is None:
        raise status.unsupported_media_type(f"accepted media types include: {', '.join(_PATCHES)}")
    try:
        changed = change(_scale(call.existing().document), bodies.json(call.request.body))
    except PatchError as refusal:
        raise status.bad_request(refusal.message) from refusal
    return (yield from _written(call, changed))


def _written(call: Call, scale: Any) -> Review[Response]:
    old = call.existing()
    asked = options.for_write(call.request)
    _replicas(scale)
    scale = yield from webhooks.mutate(call, scale, _scale(old.document), dry_run=asked.dry_run)
    replicas = _replicas(scale)
    if replicas < 0:
        found = [invalid("spec.replicas", replicas, "must be greater than or equal to 0")]
        raise status.invalid("autoscaling", "Scale", call.route.name, found)
    yield from webhooks.validate(call, scale, _scale(old.document), dry_run=asked.dry_run)
    document = objects.copy(old.document)
    document["spec"]["replicas"] = replicas
    version = scale["metadata"].get("resourceVersion")
    if version:
        document["metadata"]["resourceVersion"] = version
    unseen = dataclasses.replace(call, is_reviewed=False)  # webhooks see the Scale, not the workload
    stored = yield from update.replace(unseen, document, old, asked, manager=asked.field_manager)
    return _answer(call, stored.document)


def _replicas(scale: Any) -> int:
    replicas = objects.dig(scale, "spec", "replicas") or 0
    if not isinstance(replicas, int) or not isinstance(scale.get("metadata"), dict):
        raise status.bad_request("the body is not a Scale of autoscaling/v1")
    return replicas


def _answer(call: Call, document: Object) -> Response:
    return presentation.response(200, objects.encode(_scale(document)), Form(), call.warnings)


def _scale(document: Object) -> Object:
    metadata = objects.metadata(document)
    labels = objects.dig(document, "spec", "selector", "matchLabels") or {}
    selector = ",".join(f"{key}={labels[key]}" for key in sorted(labels))
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {field: metadata[field] for field in _METADATA},
        "spec": {"replicas": document["spec"].get("replicas", 1)},
        "status": {"replicas": objects.dig(document, "status", "replicas") or 0, "selector": selector},
    }
