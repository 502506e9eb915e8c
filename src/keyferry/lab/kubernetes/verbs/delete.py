"""delete and deletecollection, with finalizers, preconditions and propagation."""

from keyferry.lab.kubernetes import lifecycle, objects, status
from keyferry.lab.kubernetes.admission.asking import Review
from keyferry.lab.kubernetes.builtin import namespaces
from keyferry.lab.kubernetes.requests import bodies, options
from keyferry.lab.kubernetes.requests.negotiation import Form
from keyferry.lab.kubernetes.requests.options import DeleteOptions
from keyferry.lab.kubernetes.storage.journal import Stored
from keyferry.lab.kubernetes.verbs import presentation, read, webhooks
from keyferry.lab.kubernetes.verbs.call import Call
from keyferry.lab.world.http import Response


def delete(call: Call) -> Review[Response]:
    """Delete the object of the path: at once, or as soon as its finalizers are gone."""
    _refuse_essential(call)
    asked = _options(call)
    old = call.existing()
    _check(call, old, asked)
    yield from webhooks.delete(call, old, dry_run=asked.dry_run)
    call.still(old)
    left = _removed(call, old, asked)
    metadata = objects.metadata(old.document)
    if left is None:
        group = {"group": call.resource.group} if call.resource.group else {}
        done = status.success(name=metadata["name"], **group, kind=call.resource.plural, uid=metadata["uid"])
        return presentation.response(200, objects.encode(done), Form(), call.warnings)
    form = read.accepted(call)
    return presentation.response(200, presentation.one(left, call.resource, form, call.now), form, call.warnings)


def delete_collection(call: Call) -> Review[Response]:
    """Delete every object that the selectors choose, and answer with the list of them."""
    form = read.accepted(call)
    asked = _options(call)
    chosen = options.for_list(call.request, watch=False)
    found = read.select(call, call.store.revision, read.selector(call, chosen))
    for stored in found:
        yield from webhooks.delete(call, stored, dry_run=asked.dry_run)
        present = call.journal.current.get(stored.key)
        if present is not None:
            _removed(call, present, asked)
    metadata = {"resourceVersion": str(call.store.revision)}
    body = presentation.many(found, call.resource, form, call.now, metadata)
    return presentation.response(200, body, form, call.warnings)


def _refuse_essential(call: Call) -> None:
    """Keep the namespaces that the API server itself needs, as its NamespaceLifecycle admission does."""
    resource, name = call.resource, call.route.name
    if resource.storage_key == ("", "namespaces") and name in namespaces.ESSENTIAL:
        raise status.forbidden(resource.group, resource.plural, name, "this namespace may not be deleted")


def _options(call: Call) -> DeleteOptions:
    body = bodies.read(call.request) if call.request.body else None
    return options.for_delete(call.request, body)


def _check(call: Call, old: Stored, asked: DeleteOptions) -> None:
    metadata = objects.metadata(old.document)
    if asked.uid and asked.uid != metadata["uid"]:
        raise call.conflict(
            f"Precondition failed: UID in precondition: {asked.uid}, UID in object meta: {metadata['uid']}",
        )
    if asked.resource_version and asked.resource_version != metadata["resourceVersion"]:
        raise call.conflict(
            f"Precondition failed: ResourceVersion in precondition: {asked.resource_version}, "
            f"ResourceVersion in object meta: {metadata['resourceVersion']}",
        )


def _removed(call: Call, old: Stored, asked: DeleteOptions) -> Stored | None:
    """Delete `old` or mark it; return what is left of it, None when it is gone."""
    if not asked.dry_run:
        kind, grace = call.resource.storage_key, asked.grace_seconds
        return lifecycle.delete(call.store, kind, old, call.now, asked.propagation, grace_seconds=grace)
    document = lifecycle.marked(old.document, call.now, asked.propagation, asked.grace_seconds)
    return Stored(document, old.revision, old.key) if lifecycle.is_held(document) else None
