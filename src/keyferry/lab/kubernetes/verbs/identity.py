"""The metadata that the server owns, and the rules for the rest of it.

Source: `k8s.io/apimachinery/pkg/api/validation/objectmeta.go` and `k8s.io/apiserver/pkg/registry/rest`.
"""

from keyferry.lab.kubernetes import names, objects, status
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, forbidden, invalid, required
from keyferry.lab.kubernetes.resources import Resource
from keyferry.lab.kubernetes.verbs.call import Call

_SERVER_OWNED = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation")
_KNOWN = frozenset(
    {
        *_SERVER_OWNED,
        *("name", "generateName", "namespace", "resourceVersion", "labels", "annotations"),
        *("finalizers", "ownerReferences", "managedFields", "selfLink"),
    },
)
_ATTEMPTS = 8  # as many as the API server makes


def place(call: Call, document: Object) -> None:
    """Make the object's namespace and name agree with the path; BadRequest when they contradict it."""
    metadata = objects.metadata(document)
    for field in ("name", "namespace"):
        if metadata.get(field) == "":  # the same as none, as in Go
            del metadata[field]
    if not call.resource.namespaced:
        if metadata.pop("namespace", ""):
            raise status.bad_request("namespace can not be set on a cluster-scoped object")
    elif metadata.setdefault("namespace", call.route.namespace) != call.route.namespace:
        raise status.bad_request(
            f"the namespace of the provided object does not match the namespace sent on the request "
            f"({metadata['namespace']} != {call.route.namespace})",
        )
    if call.route.name and metadata.setdefault("name", call.route.name) != call.route.name:
        raise status.bad_request(
            f"the name of the object ({metadata['name']}) does not match the name on the URL ({call.route.name})",
        )


def unknown_fields(document: Object) -> list[str]:
    """Remove metadata fields that Kubernetes does not know, and return their paths."""
    metadata = objects.metadata(document)
    found = [field for field in metadata if field not in _KNOWN]
    for field in found:
        del metadata[field]
    return [f"metadata.{field}" for field in found]


def unborn(document: Object) -> None:
    """Drop what the client said of a new object that the server says of it."""
    metadata = objects.metadata(document)
    if metadata.get("resourceVersion"):
        raise status.bad_request("resourceVersion should not be set on objects to be created")
    for field in (*_SERVER_OWNED, "resourceVersion", "selfLink"):
        metadata.pop(field, None)


def birth(call: Call, document: Object) -> None:
    """Give a new object its name, uid and time of creation."""
    metadata = objects.metadata(document)
    uid = call.cluster.ids()
    if not metadata.get("name") and metadata.get("generateName"):
        metadata["name"] = _generated(call, metadata, uid)
    metadata["uid"] = uid
    metadata["creationTimestamp"] = objects.stamp(call.now)
    if call.resource.tracks_generation:
        metadata["generation"] = 1


def _generated(call: Call, metadata: Object, uid: str) -> str:
    """Return a name that is free, by the new object's uid; after some attempts one that is not."""
    prefix = names.base_name(metadata["generateName"])
    name = ""
    for attempt in range(_ATTEMPTS):
        name = prefix + names.suffix(f"{uid}{attempt}")
        if (metadata.get("namespace", ""), name) not in call.journal.current:
            break
    return name


def inherit(new: Object, old: Object) -> None:
    """Carry over what no update may change: the server-owned metadata of `old`."""
    fresh, former = objects.metadata(new), objects.metadata(old)
    fresh.pop("selfLink", None)
    for field in _SERVER_OWNED:
        if field in former:
            fresh[field] = former[field]
        else:
            fresh.pop(field, None)


def count_generation(resource: Resource, new: Object, old: Object) -> None:
    """Raise the generation when anything changed outside metadata and status."""
    if not resource.tracks_generation:
        return
    ignored = ("metadata", "status") if resource.has_status else ("metadata",)
    if _without(new, ignored) != _without(old, ignored):
        objects.metadata(new)["generation"] = objects.metadata(old).get("generation", 0) + 1


def validate(resource: Resource, new: Object, old: Object | None) -> list[Problem]:
    """Return what is wrong with the metadata."""
    metadata = objects.metadata(new)
    found = _named(resource, metadata)
    if resource.namespaced:
        found += names.label("metadata.namespace", str(metadata.get("namespace", "")))
    found += names.labels("metadata.labels", metadata.get("labels") or {})
    found += names.annotations("metadata.annotations", metadata.get("annotations") or {})
    found += _owners(metadata.get("ownerReferences") or [])
    for entry in metadata.get("finalizers") or ():
        found += names.finalizer("metadata.finalizers", str(entry))
    return found + (_forbidden_finalizers(new, old) if old else [])


def _owners(references: list[Object]) -> list[Problem]:
    path = "metadata.ownerReferences"
    found = []
    for index, reference in enumerate(references):
        found += names.owner(f"{path}[{index}]", reference)
    controllers = [str(one.get("name")) for one in references if one.get("controller")]
    if len(controllers) > 1:
        detail = "Only one reference can have Controller set to true"
        found.append(invalid(path, controllers, f"{detail}. Found in references for {' and '.join(controllers)}"))
    return found


def _named(resource: Resource, metadata: Object) -> list[Problem]:
    if not metadata.get("name"):
        return [required("metadata.name", "name or generateName is required")]
    return resource.behaviour.name_rule("metadata.name", metadata["name"])


def _forbidden_finalizers(new: Object, old: Object) -> list[Problem]:
    if "deletionTimestamp" not in objects.metadata(old):
        return []
    added = [entry for entry in objects.finalizers(new) if entry not in objects.finalizers(old)]
    if not added:
        return []
    shown = ", ".join(f'"{entry}"' for entry in added)
    detail = f"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{shown}}}"
    return [forbidden("metadata.finalizers", detail)]


def _without(document: Object, fields: tuple[str, ...]) -> Object:
    return {key: value for key, value in document.items() if key not in fields}
