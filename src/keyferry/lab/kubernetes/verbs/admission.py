"""What every write passes before it is stored: unknown fields, defaults, validation, the state of its namespace."""

from keyferry.lab.kubernetes import objects, status
from keyferry.lab.kubernetes.crds import prune, shape
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.requests.options import WriteOptions
from keyferry.lab.kubernetes.resources import Resource
from keyferry.lab.kubernetes.schemas.metadata import OBJECT_META
from keyferry.lab.kubernetes.status import StatusError
from keyferry.lab.kubernetes.verbs import ephemeral, identity, pod_accounts
from keyferry.lab.kubernetes.verbs.call import Call

NAMESPACES = ("", "namespaces")
_SILENT = WriteOptions(field_validation="Ignore")


def refuse_unknown(call: Call, document: Object, options: WriteOptions) -> None:
    """Remove fields that the kind does not have; with Strict they are refused, with Warn told."""
    refuse_misshapen(call.resource, document)
    unknown = identity.unknown_fields(document)
    if call.resource.schema:
        unknown += prune.prune(document, call.resource.schema)
    texts = [f'unknown field "{path}"' for path in sorted(unknown)]
    if not texts or options.field_validation == "Ignore":
        return
    if options.field_validation == "Warn":
        call.warnings.extend(texts)
        return
    kind, version = call.resource.kind, call.resource.version
    raise status.bad_request(
        f'{kind} in version "{version}" cannot be handled as a {kind}: strict decoding error: {", ".join(texts)}',
    )


def refuse_misshapen(resource: Resource, document: Object) -> None:
    """Refuse a document whose fields have other JSON types than the kind's; custom resources say so themselves."""
    fault = shape.conform(document["metadata"], OBJECT_META, "ObjectMeta.metadata")
    if not fault and not resource.custom:
        fault = shape.conform(document, resource.schema, resource.kind)
    if fault:
        kind = resource.kind
        raise status.bad_request(f'{kind} in version "{resource.version}" cannot be handled as a {kind}: {fault}')


def complete(call: Call, document: Object, old: Object | None) -> None:
    """Do what the server's own plugins do to an object that a webhook changed. What it does not know is dropped."""
    identity.place(call, document)
    refuse_unknown(call, document, _SILENT)
    if old is None:
        pod_accounts.admit(call, document)
    call.resource.behaviour.default(document, old)


def validate(call: Call, new: Object, old: Object | None) -> None:
    """Check every rule; Invalid names all that are broken."""
    resource = call.resource
    found = identity.validate(resource, new, old) + resource.behaviour.validate(new, old)
    found += ephemeral.problems(call, new, old)
    if found:
        raise status.invalid(resource.group, resource.kind, objects.name(new), found)


def check_namespace(call: Call, document: Object) -> None:
    """Refuse a new object in a namespace that does not exist or is on its way out."""
    if not call.resource.namespaced:
        return
    namespace = objects.namespace(document)
    found = call.store.get(NAMESPACES, ("", namespace))
    if found is None:
        raise status.not_found("", "namespaces", namespace)
    if "deletionTimestamp" in objects.metadata(found.document):
        raise _terminating(call, document, namespace)


def _terminating(call: Call, document: Object, namespace: str) -> StatusError:
    why = f"unable to create new content in namespace {namespace} because it is being terminated"
    refusal = status.forbidden(call.resource.group, call.resource.plural, objects.name(document), why)
    cause = {
        "reason": "NamespaceTerminating",
        "message": f"namespace {namespace} is being terminated",
        "field": "metadata.namespace",
    }
    refusal.details = {**(refusal.details or {}), "causes": [cause]}
    return refusal
