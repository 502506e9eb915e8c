"""update: a whole object replaces the stored one, its status only through the status subresource."""

from keyferry.lab.kubernetes import lifecycle, objects, status
from keyferry.lab.kubernetes.admission.asking import Review
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import invalid
from keyferry.lab.kubernetes.requests import bodies, options
from keyferry.lab.kubernetes.requests.options import WriteOptions
from keyferry.lab.kubernetes.storage.journal import Stored
from keyferry.lab.kubernetes.verbs import admission, ephemeral, history, identity, presentation, read, webhooks
from keyferry.lab.kubernetes.verbs.call import Call
from keyferry.lab.world.http import Response


def update(call: Call) -> Review[Response]:
    """Replace the object of the path; Conflict when the client's resourceVersion is not the current one."""
    form = read.accepted(call)
    asked = options.for_write(call.request)
    document = bodies.of(call.resource, bodies.read(call.request))
    identity.place(call, document)
    old = call.existing()
    if not objects.metadata(document).get("resourceVersion") and not call.resource.unconditional_update:
        found = [invalid("metadata.resourceVersion", 0, "must be specified for an update")]
        raise status.invalid(call.resource.group, call.resource.kind, call.route.name, found)
    stored = yield from replace(call, document, old, asked, manager=asked.field_manager)
    return presentation.response(200, presentation.one(stored, call.resource, form, call.now), form, call.warnings)


def replace(call: Call, document: Object, old: Stored, asked: WriteOptions, *, manager: str) -> Review[Stored]:
    """Store `document`, which is changed on the way, in place of `old`.

    `manager` owns the fields that change; an empty one leaves the managed fields as they are. OutdatedError where the
    object changed while webhooks were asked.
    """
    former = call.resource.view(old.document)
    check_preconditions(call, document, former)
    admission.refuse_unknown(call, document, asked)
    identity.inherit(document, former)
    document = _separated(call, document, former)
    call.resource.behaviour.default(document, former)
    document = history.track(call, former, document, manager) if manager else document
    seen = yield from webhooks.mutate(call, document, former, dry_run=asked.dry_run)
    if seen is not document:
        identity.inherit(seen, former)
        document = _separated(call, seen, former)
    admission.validate(call, document, former)
    identity.count_generation(call.resource, document, former)
    yield from webhooks.validate(call, document, former, dry_run=asked.dry_run)
    call.still(old)
    if history.unchanged(former, document):
        return old
    return commit(call, document, old, dry_run=asked.dry_run)


def check_preconditions(call: Call, document: Object, former: Object) -> None:
    """Refuse a write that was made for another version of the object, or for another object of the same name."""
    metadata, current = objects.metadata(document), objects.metadata(former)
    if metadata.get("uid") and metadata["uid"] != current["uid"]:
        raise call.conflict(
            f"Precondition failed: UID in precondition: {metadata['uid']}, UID in object meta: {current['uid']}",
        )
    if metadata.get("resourceVersion") and metadata["resourceVersion"] != current["resourceVersion"]:
        raise call.conflict()


def commit(call: Call, document: Object, old: Stored, *, dry_run: bool) -> Stored:
    """Store `document`; an object that is being deleted and has no finalizer left is removed instead."""
    stored = call.resource.behaviour.to_storage(document)
    if dry_run:
        return Stored(stored, old.revision, old.key)
    return lifecycle.put(call.store, call.resource.storage_key, stored)


def _separated(call: Call, document: Object, former: Object) -> Object:
    """Return what the write may change: what its subresource is about, everything but the status otherwise."""
    if not call.resource.has_status:
        return document
    if call.route.subresource == ephemeral.SUBRESOURCE:
        return ephemeral.taken(document, former)
    if call.route.subresource != "status":
        document.pop("status", None)
        return {**document, "status": objects.copy(former["status"])} if "status" in former else document
    taken = objects.copy({**former, "status": document.get("status")})
    if "status" not in document:
        del taken["status"]
    managed = objects.metadata(document).get("managedFields")
    if managed is not None:
        taken["metadata"]["managedFields"] = managed
    return taken
