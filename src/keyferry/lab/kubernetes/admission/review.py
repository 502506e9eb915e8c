"""The AdmissionReview that a webhook is sent."""

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.access.users import User
from keyferry.lab.kubernetes.admission.attributes import Attributes, kind_of
from keyferry.lab.kubernetes.admission.hooks import Hook
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.resources import Resource

GROUP = "admission.k8s.io"


def encode(hook: Hook, uid: str, asked: Attributes, seen: Resource, pair: tuple[Object | None, Object | None]) -> bytes:
    """Return the review of a write, with the new and the old object of `pair` in the version of `seen`."""
    converted = tuple(converted_to(seen, asked, one) for one in pair)
    bare = described(asked, seen)
    ends = {name: bare.pop(name) for name in ("dryRun", "options")}
    request = {"uid": uid, **bare, "object": converted[0], "oldObject": converted[1], **ends}
    return objects.encode(
        {"kind": "AdmissionReview", "apiVersion": f"{GROUP}/{hook.review_version}", "request": request}
    )


def described(asked: Attributes, seen: Resource) -> Object:
    """Return what a review says of a write besides its objects."""
    resource = asked.resource
    return {
        "kind": (asked.kind if seen is resource or not asked.is_of_its_own_kind else kind_of(seen)).shown(),
        "resource": _resource(seen),
        **_given(subResource=asked.subresource),
        "requestKind": asked.kind.shown(),
        "requestResource": _resource(resource),
        **_given(requestSubResource=asked.subresource, name=asked.name, namespace=asked.namespace),
        "operation": asked.operation,
        "userInfo": _user(asked.user),
        "dryRun": asked.dry_run,
        "options": asked.options or None,
    }


def converted_to(seen: Resource, asked: Attributes, document: Object | None) -> Object | None:
    """Return the object as `seen` shows it; what is written is of the version that the client chose."""
    if document is None or seen is asked.resource or not asked.is_of_its_own_kind:
        return document
    return seen.view(asked.resource.behaviour.to_storage(objects.copy(document)))


def converted_back(seen: Resource, asked: Attributes, document: Object) -> Object:
    """Return the object in the version that the client chose."""
    if seen is asked.resource or not asked.is_of_its_own_kind:
        return document
    return asked.resource.view(seen.behaviour.to_storage(objects.copy(document)))


def _resource(resource: Resource) -> Object:
    return {"group": resource.group, "version": resource.version, "resource": resource.plural}


def _user(user: User) -> Object:
    extra = {key: list(values) for key, values in user.extra}
    return {
        "username": user.name,
        **_given(uid=user.uid),
        "groups": list(user.groups),
        **({"extra": extra} if extra else {}),
    }


def _given(**fields: str) -> Object:
    return {name: value for name, value in fields.items() if value}
