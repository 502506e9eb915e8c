"""create."""

from keyferry.lab.kubernetes import objects, status
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.requests import bodies, options
from keyferry.lab.kubernetes.requests.options import WriteOptions
from keyferry.lab.kubernetes.storage.journal import Stored
from keyferry.lab.kubernetes.verbs import admission, history, identity, pod_accounts, presentation, read
from keyferry.lab.kubernetes.verbs.call import Call
from keyferry.lab.world.http import Response


def create(call: Call) -> Response:
    """Store the object in the body and answer with it; AlreadyExists when the name is taken."""
    form = read.accepted(call)
    asked = options.for_write(call.request)
    document = bodies.of(call.resource, bodies.read(call.request))
    stored = insert(call, document, asked, manager=asked.field_manager)
    return presentation.response(201, presentation.one(stored, call.resource, form, call.now), form, call.warnings)


def insert(call: Call, document: Object, asked: WriteOptions, *, manager: str) -> Stored:
    """Store a new object that came in as `document`, which is changed on the way.

    `manager` owns its fields; an empty one leaves the managed fields as they are.
    """
    identity.place(call, document)
    admission.refuse_unknown(call, document, asked)
    identity.birth(call, document)
    if call.resource.has_status and not call.resource.status_at_birth:
        document.pop("status", None)
    admission.check_namespace(call, document)
    pod_accounts.admit(call, document)
    admission.default_and_validate(call, document, None)
    key = (objects.namespace(document), objects.name(document))
    if key in call.journal.current:
        raise status.already_exists(call.resource.group, call.resource.plural, key[1])
    tracked = history.track(call, None, document, manager) if manager else document
    stored = call.resource.behaviour.to_storage(tracked)
    if asked.dry_run:
        return Stored(stored, 0, key)
    return call.store.put(call.resource.storage_key, stored)
