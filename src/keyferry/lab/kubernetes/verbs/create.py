"""create."""

from keyferry.lab.kubernetes import objects, status
from keyferry.lab.kubernetes.admission.asking import Review
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.requests import bodies, options
from keyferry.lab.kubernetes.requests.options import WriteOptions
from keyferry.lab.kubernetes.storage.journal import Stored
from keyferry.lab.kubernetes.verbs import admission, history, identity, pod_accounts, presentation, read, webhooks
from keyferry.lab.kubernetes.verbs.call import Call
from keyferry.lab.world.http import Response


def create(call: Call) -> Review[Response]:
    """Store the object in the body and answer with it; AlreadyExists when the name is taken."""
    form = read.accepted(call)
    asked = options.for_write(call.request)
    document = bodies.of(call.resource, bodies.read(call.request))
    stored = yield from insert(call, document, asked, manager=asked.field_manager)
    return presentation.response(201, presentation.one(stored, call.resource, form, call.now), form, call.warnings)


def insert(call: Call, document: Object, asked: WriteOptions, *, manager: str) -> Review[Stored]:
    """Store a new object that came in as `document`, which is changed on the way.

    `manager` owns its fields; an empty one leaves the managed fields as they are.
    """
    document = yield from _admitted(call, document, asked, manager)
    key = (objects.namespace(document), objects.name(document))
    if key in call.journal.current:
        raise status.already_exists(call.resource.group, call.resource.plural, key[1])
    stored = call.resource.behaviour.to_storage(document)
    if asked.dry_run:
        return Stored(stored, 0, key)
    return call.store.put(call.resource.storage_key, stored)


def _admitted(call: Call, document: Object, asked: WriteOptions, manager: str) -> Review[Object]:
    """Return the new object as it may be stored. What admission adds to it belongs to no manager."""
    identity.place(call, document)
    admission.refuse_unknown(call, document, asked)
    identity.unborn(document)
    if call.resource.has_status and not call.resource.status_at_birth:
        document.pop("status", None)
    admission.check_namespace(call, document)
    call.resource.behaviour.default(document, None)
    document = history.track(call, None, document, manager) if manager else document
    if pod_accounts.admit(call, document):
        call.resource.behaviour.default(document, None)
    document = yield from webhooks.mutate(call, document, None, dry_run=asked.dry_run)
    identity.birth(call, document)
    admission.validate(call, document, None)
    yield from webhooks.validate(call, document, None, dry_run=asked.dry_run)
    return document
