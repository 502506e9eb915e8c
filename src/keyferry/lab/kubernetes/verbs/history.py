"""Who set which field: metadata.managedFields after a write, and whether a write changes anything."""

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.managed_fields import entries, tracking
from keyferry.lab.kubernetes.managed_fields.entries import Writer
from keyferry.lab.kubernetes.managed_fields.paths import MalformedFields
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.verbs.call import Call

_INVALID = (
    ".metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating "
    "admission controller; please fix your requests: {}"
)


def writer(call: Call, manager: str) -> Writer:
    """Return who writes, for the entries of managedFields."""
    return Writer(
        manager=manager,
        api_version=call.resource.group_version,
        subresource=call.route.subresource,
        now=call.now,
    )


def track(call: Call, old: Object | None, new: Object, manager: str) -> Object:
    """Return `new` with the managed fields that this write leaves behind."""
    return tracking.update(old, new, writer(call, manager), call.resource.schema or None)


def mended(call: Call, before: Object, after: Object) -> Object:
    """Return the object that webhooks made of another, with the managed fields of that one where its own are broken."""
    owners = objects.metadata(after).get("managedFields")
    try:
        entries.decode(owners)
    except MalformedFields as refusal:
        call.warnings.append(_INVALID.format(refusal))
        kept = objects.metadata(before).get("managedFields")
        metadata = {name: value for name, value in objects.metadata(after).items() if name != "managedFields"}
        return {**after, "metadata": metadata | ({"managedFields": kept} if kept else {})}
    return after


def unchanged(old: Object, new: Object) -> bool:
    """Whether a write changes nothing, the times in managedFields and the resourceVersion aside."""
    return _bare(old) == _bare(new)


def _bare(document: Object) -> Object:
    metadata = {key: value for key, value in document["metadata"].items() if key != "resourceVersion"}
    if "managedFields" in metadata:
        metadata["managedFields"] = [{**entry, "time": None} for entry in objects.items(metadata["managedFields"])]
    return {**document, "metadata": metadata}
