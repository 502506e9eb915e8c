"""Request paths: which resource, where, which object, which part of it.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
"""

from dataclasses import dataclass

_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete", "GET": "get", "HEAD": "get"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A path under /api or /apis that names a resource."""

    group: str
    version: str
    plural: str
    namespace: str = ""
    name: str = ""
    subresource: str = ""


def parse(path: str) -> Route | None:
    """Return what `path` names, None when it names no resource."""
    parts = path.strip("/").split("/")
    match parts:
        case ["api", version, *rest] if rest:
            return _resource("", version, rest)
        case ["apis", group, version, *rest] if rest:
            return _resource(group, version, rest)
    return None


def verb(method: str, route: Route, *, watch: bool) -> str:
    """Return the verb that RBAC and the handlers know, "" for a method that has none."""
    found = _VERBS.get(method, "")
    if route.name:
        return "" if found == "create" and not route.subresource else found
    if found == "get":
        return "watch" if watch else "list"
    return {"create": "create", "delete": "deletecollection"}.get(found, "")


def _resource(group: str, version: str, rest: list[str]) -> Route | None:
    match rest:
        case ["namespaces", namespace, plural, *more] if group or plural not in ("status", "finalize"):
            return _object(Route(group=group, version=version, plural=plural, namespace=namespace), more)
    return _object(Route(group=group, version=version, plural=rest[0]), rest[1:])


def _object(place: Route, more: list[str]) -> Route | None:
    match more:
        case []:
            return place
        case [name] | [name, _]:
            return Route(
                group=place.group,
                version=place.version,
                plural=place.plural,
                namespace=place.namespace,
                name=name,
                subresource=more[1] if len(more) == 2 else "",
            )
    return None
