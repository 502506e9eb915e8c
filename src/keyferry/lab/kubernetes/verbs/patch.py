"""patch: JSON patch, merge patch, strategic merge patch, and server-side apply."""

from typing import Any

from keyferry.lab.kubernetes import status
from keyferry.lab.kubernetes.admission.asking import Review
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.patches import json_patch, merge_patch, strategic
from keyferry.lab.kubernetes.patches.errors import PatchError
from keyferry.lab.kubernetes.problems import forbidden
from keyferry.lab.kubernetes.requests import bodies, options
from keyferry.lab.kubernetes.verbs import apply, identity, presentation, read, update
from keyferry.lab.kubernetes.verbs.call import Call
from keyferry.lab.world.http import Response

_JSON = "application/json-patch+json"
_MERGE = "application/merge-patch+json"
_STRATEGIC = "application/strategic-merge-patch+json"


def patch(call: Call) -> Review[Response]:
    """Change the object of the path as the body says; UnsupportedMediaType for a form the kind does not take."""
    media = bodies.media_type(call.request)
    if media in apply.MEDIA_TYPES:
        return (yield from apply.apply(call))
    form = read.accepted(call)
    asked = options.for_write(call.request)
    if asked.force:
        found = [forbidden("force", "may not be specified for non-apply patch")]
        raise status.invalid("meta.k8s.io", "PatchOptions", "", found)
    body = _body(call, media)
    old = call.existing()
    document = _patched(call, media, body, call.resource.view(old.document))
    document = bodies.of(call.resource, document)
    identity.place(call, document)
    stored = yield from update.replace(call, document, old, asked, manager=asked.field_manager)
    return presentation.response(200, presentation.one(stored, call.resource, form, call.now), form, call.warnings)


def _body(call: Call, media: str) -> Any:
    known = [_JSON, _MERGE] + ([] if call.resource.custom else [_STRATEGIC])
    if media not in known:
        accepted = ", ".join([*known, *apply.MEDIA_TYPES])
        message = f"the body of the request was in an unknown format - accepted media types include: {accepted}"
        raise status.unsupported_media_type(message)
    return bodies.json(call.request.body)


def _patched(call: Call, media: str, body: Any, current: Object) -> Object:
    try:
        if media == _JSON:
            return json_patch.apply(current, body)
        if media == _MERGE:
            return merge_patch.apply(current, body)
        return strategic.apply(current, body, call.resource.schema)
    except PatchError as refusal:
        raise _refused(call, media, refusal) from refusal


def _refused(call: Call, media: str, refusal: PatchError) -> status.StatusError:
    if media == _JSON:
        message = f"the server rejected our request due to an error in our request: {refusal.message}"
        return status.StatusError(422, "Invalid", message, {"name": call.route.name})
    return status.bad_request(refusal.message)
