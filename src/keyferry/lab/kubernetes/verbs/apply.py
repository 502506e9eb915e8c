"""Server-side apply: the client sends the fields it cares about and owns them afterwards.

Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/
"""

from keyferry.lab.kubernetes import objects, status
from keyferry.lab.kubernetes.admission.asking import Review
from keyferry.lab.kubernetes.managed_fields import server_side_apply
from keyferry.lab.kubernetes.managed_fields.conflicts import Conflicts
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import required
from keyferry.lab.kubernetes.requests import bodies, options
from keyferry.lab.kubernetes.requests.options import WriteOptions
from keyferry.lab.kubernetes.verbs import admission, create, history, identity, presentation, read, update
from keyferry.lab.kubernetes.verbs.call import Call
from keyferry.lab.world.http import Response

MEDIA_TYPES = ("application/apply-patch+yaml",)


def apply(call: Call) -> Review[Response]:
    """Merge the applied configuration into the object of the path, or create it; Conflict where others own fields."""
    form = read.accepted(call)
    asked = options.for_write(call.request)
    applied = _configuration(call, asked)
    old = call.journal.current.get(call.key)
    if old is None:
        if call.route.subresource:
            raise status.not_found(call.resource.group, call.resource.plural, call.route.name)
        merged = _merged(call, None, applied, asked)
        stored = yield from create.insert(call, merged, asked, manager="")
        return presentation.response(201, presentation.one(stored, call.resource, form, call.now), form, call.warnings)
    former = call.resource.view(old.document)
    update.check_preconditions(call, applied, former)
    document = objects.copy(_merged(call, former, applied, asked))
    document["metadata"]["resourceVersion"] = former["metadata"]["resourceVersion"]
    stored = yield from update.replace(call, document, old, asked, manager="")
    return presentation.response(200, presentation.one(stored, call.resource, form, call.now), form, call.warnings)


def _configuration(call: Call, asked: WriteOptions) -> Object:
    """Return what the client applies, without what its resource ignores."""
    if not call.request.parameter("fieldManager"):
        found = [required("fieldManager", "is required for apply patch")]
        raise status.invalid("meta.k8s.io", "PatchOptions", "", found)
    document = bodies.yaml_document(call.request.body)
    if not isinstance(document, dict) or not document.get("apiVersion") or not document.get("kind"):
        raise status.bad_request("an applied configuration must have apiVersion and kind")
    if objects.dig(document, "metadata", "managedFields"):
        raise status.bad_request("metadata.managedFields must be nil")
    document = bodies.of(call.resource, document)
    identity.place(call, document)
    admission.refuse_unknown(call, document, asked)
    if not call.resource.has_status:
        return document
    if not call.route.subresource:
        return {key: value for key, value in document.items() if key != "status"}
    return {key: value for key, value in document.items() if key in ("apiVersion", "kind", "metadata", "status")}


def _merged(call: Call, former: Object | None, applied: Object, asked: WriteOptions) -> Object:
    writer = history.writer(call, asked.field_manager)
    try:
        return server_side_apply.apply(former, applied, writer, call.resource.schema or None, force=asked.force)
    except Conflicts as refusal:
        details = {
            "name": call.route.name,
            "group": call.resource.group,
            "kind": call.resource.plural,
            "causes": refusal.causes(),
        }
        shown = {key: value for key, value in details.items() if value}
        raise status.StatusError(409, "Conflict", refusal.message, shown) from refusal
