"""Paths and queries of the API. A name that could lead out of its collection is refused, never sent.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/ (Resource URIs) and
https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#path-segment-names
"""

from collections.abc import Iterable
from urllib.parse import quote, urlencode

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import Resource
from keyferry.model.errors import SpecError, Where

_NOT_A_NAME = ("", ".", "..")


def collection(resource: Resource, namespace: str = "") -> str:
    """Return the path of a resource's collection, in one namespace or ("") in all."""
    root = f"/apis/{resource.group}/{resource.version}" if resource.group else f"/api/{resource.version}"
    if namespace and resource.namespaced:
        return f"{root}/namespaces/{_segment(namespace, resource.kind)}/{resource.plural}"
    return f"{root}/{resource.plural}"


def home(resource: Resource, namespace: str) -> str:
    """Return the path at which objects are created. SpecError when a namespaced one is to have no namespace."""
    if resource.namespaced:
        _segment(namespace, resource.kind)
    return collection(resource, namespace)


def item(resource: Resource, key: Key, subresource: str = "") -> str:
    """Return the path of one object or of its subresource. SpecError for a name that no object can have."""
    path = f"{home(resource, key.namespace)}/{_segment(key.name, resource.kind)}"
    return f"{path}/{subresource}" if subresource else path


def query(parameters: Iterable[tuple[str, str]]) -> str:
    """Return `?a=b&c=d` of the parameters that have a value, or ""."""
    given = [(name, value) for name, value in parameters if value]
    return "?" + urlencode(given, quote_via=quote) if given else ""


def _segment(name: str, kind: str) -> str:
    if name in _NOT_A_NAME or "/" in name or "%" in name:
        raise SpecError(
            what=f"{name!r} is not a name of a Kubernetes object",
            cause='a name is not empty, not "." or "..", and has no "/" or "%"',
            remedy="correct the name",
            where=Where(kind=kind, name=name),
        )
    return quote(name, safe="")
