"""The webhooks that a write passes: those that may change the object, and those that may refuse it.

Called by every verb that writes; calls `lab.kubernetes.admission`.
"""

from functools import partial

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.admission import hooks, mutating, validating
from keyferry.lab.kubernetes.admission.asking import Review
from keyferry.lab.kubernetes.admission.attributes import Attributes
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.storage.journal import Stored
from keyferry.lab.kubernetes.storage.store import StorageKey
from keyferry.lab.kubernetes.verbs import admission, history
from keyferry.lab.kubernetes.verbs.call import Call

NAMESPACES = ("", "namespaces")
_OPTIONS = ("fieldManager", "fieldValidation")


def mutate(call: Call, new: Object, old: Object | None, *, dry_run: bool) -> Review[Object]:
    """Return the object as the mutating webhooks want it: `new` itself where none changes anything.

    What they do to its managedFields counts where those can be read.
    """
    if not _is_asked(call, hooks.MUTATING):
        return new
    asked = _attributes(call, new, _operation(old), dry_run=dry_run)
    settle = partial(admission.complete, call, old=old) if asked.is_of_its_own_kind else _nothing
    found = yield from mutating.mutate(asked, new, old, settle)
    assert found is not None, "an object stays one"
    return history.mended(call, new, found)


def validate(call: Call, new: Object, old: Object | None, *, dry_run: bool) -> Review[None]:
    """Ask the validating webhooks; StatusError where one refuses."""
    if _is_asked(call, hooks.VALIDATING):
        yield from validating.validate(_attributes(call, new, _operation(old), dry_run=dry_run), new, old)


def create_part(call: Call, document: Object, *, dry_run: bool) -> Review[Object]:
    """Return what the webhooks make of an object that a subresource takes in; StatusError where one refuses."""
    if not _is_asked(call, hooks.MUTATING, hooks.VALIDATING):
        return document
    asked = _attributes(call, document, "CREATE", dry_run=dry_run)
    group, version, kind = asked.kind
    head = {"kind": kind, "apiVersion": f"{group}/{version}" if group else version}
    metadata = {**(document.get("metadata") or {}), "name": asked.name, "namespace": asked.namespace}
    new = {**document, **head, "metadata": metadata}
    found = yield from mutating.mutate(asked, new, None, _nothing)
    yield from validating.validate(asked, found, None)
    assert found is not None, "an object stays one"
    return found


def delete(call: Call, old: Stored, *, dry_run: bool) -> Review[None]:
    """Ask all webhooks about a deletion; StatusError where one refuses."""
    if not _is_asked(call, hooks.MUTATING, hooks.VALIDATING):
        return
    former = call.resource.view(old.document)
    asked = _attributes(call, former, "DELETE", dry_run=dry_run)
    yield from mutating.mutate(asked, None, former, _nothing)
    yield from validating.validate(asked, None, former)


def _is_asked(call: Call, *kinds: StorageKey) -> bool:
    """Whether there is anybody to ask: in most clusters of tests there is not, and writes are many."""
    return call.is_reviewed and any(call.store.journal(kind).current for kind in kinds)


def _nothing(_document: Object) -> None:
    """Complete nothing."""


def _operation(old: Object | None) -> str:
    return "CREATE" if old is None else "UPDATE"


def _attributes(call: Call, document: Object, operation: str, *, dry_run: bool) -> Attributes:
    name = call.route.name or objects.name(document)
    return Attributes(
        world=call.cluster.world,
        user=call.user,
        resource=call.resource,
        operation=operation,
        namespace=name if call.resource.storage_key == NAMESPACES else call.route.namespace,
        name=name,
        subresource=call.route.subresource,
        dry_run=dry_run,
        options=_options(call, operation, dry_run=dry_run),
        warnings=call.warnings,
    )


def _options(call: Call, operation: str, *, dry_run: bool) -> Object:
    given = {name: call.request.parameter(name) for name in _OPTIONS}
    tried = {"dryRun": ["All"]} if dry_run else {}
    head = {"kind": f"{operation.capitalize()}Options", "apiVersion": "meta.k8s.io/v1"}
    return {**head, **tried, **{name: value for name, value in given.items() if value}}
