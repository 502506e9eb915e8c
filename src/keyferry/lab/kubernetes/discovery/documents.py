"""The paths that name no resource: discovery, OpenAPI, version, health. A document is encoded once an edition."""

from collections.abc import Callable

from keyferry.lab.kubernetes import objects, status
from keyferry.lab.kubernetes.discovery import aggregated, groups, openapi, openapi_v2
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.requests import negotiation
from keyferry.lab.kubernetes.resources import Registry
from keyferry.lab.world.http import Request, Response

VERSION: Object = {
    "major": "1",
    "minor": "34",
    "gitVersion": "v1.34.0",
    "gitCommit": "0000000000000000000000000000000000000000",
    "gitTreeState": "clean",
    "buildDate": "2025-08-27T10:12:00Z",
    "goVersion": "go1.24.6",
    "compiler": "gc",
    "platform": "linux/amd64",
}
HEALTH = ("/healthz", "/readyz", "/livez")


class Documents:
    """Answers GETs of everything that is not about an object."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._edition = -1
        self._kept: dict[str, bytes] = {}

    def answer(self, request: Request) -> Response:
        """Return the document of the path; NotFound when there is none."""
        path = request.path.rstrip("/")
        if path in HEALTH or path.startswith(tuple(f"{root}/" for root in HEALTH)):
            return Response(status=200, headers=(("Content-Type", "text/plain; charset=utf-8"),), body=b"ok")
        if path in ("/api", "/apis"):
            version = negotiation.wants_aggregated_discovery(request.headers.get("accept", ""))
            if version:
                return self._aggregated(path, version)
        if path == "/openapi/v2" and openapi_v2.is_wanted(request.headers.get("accept", "")):
            body = openapi_v2.protobuf(openapi_v2.document(self._registry))
            return Response(status=200, headers=(("Content-Type", openapi_v2.MEDIA),), body=body)
        return _json(self._plain(path))

    def _aggregated(self, path: str, version: str) -> Response:
        make = lambda: aggregated.document(self._registry, version, core=path == "/api")  # noqa: E731  (lazy, two lines)
        media = f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
        return Response(status=200, headers=(("Content-Type", media),), body=self._once(f"{version}{path}", make))

    def _plain(self, path: str) -> bytes:
        match path.strip("/").split("/"):
            case [""]:
                return self._once(path, self._paths)
            case ["version"]:
                return self._once(path, lambda: VERSION)
            case ["api"]:
                return self._once(path, groups.api_versions)
            case ["apis"]:
                return self._once(path, lambda: groups.group_list(self._registry))
            case ["openapi", "v2"]:
                return self._once(path, lambda: openapi_v2.document(self._registry))
            case ["openapi", "v3", *rest]:
                return self._openapi(path, rest)
        return self._group(path)

    def _group(self, path: str) -> bytes:
        match path.strip("/").split("/"):
            case ["api", version]:
                return self._once(path, lambda: groups.resource_list(self._registry, version))
            case ["apis", group]:
                return self._once(path, lambda: groups.group(self._registry, group))
            case ["apis", group, version]:
                return self._once(path, lambda: groups.resource_list(self._registry, f"{group}/{version}"))
        raise status.no_such_path()

    def _openapi(self, path: str, rest: list[str]) -> bytes:
        match rest:
            case []:
                return self._once(path, lambda: openapi.index(self._registry))
            case ["api", version]:
                return self._once(path, lambda: openapi.document(self._registry, version))
            case ["apis", group, version]:
                return self._once(path, lambda: openapi.document(self._registry, f"{group}/{version}"))
        raise status.no_such_path()

    def _paths(self) -> Object:
        versions = dict.fromkeys(one.group_version for one in self._registry)
        roots = [f"/apis/{version}" if "/" in version else f"/api/{version}" for version in versions]
        return {"paths": sorted(["/api", "/apis", *roots, *HEALTH, "/openapi/v2", "/openapi/v3", "/version"])}

    def _once(self, key: str, make: Callable[[], Object | None]) -> bytes:
        if self._edition != self._registry.edition:
            self._kept, self._edition = {}, self._registry.edition
        found = self._kept.get(key)
        if found is None:
            document = make()
            if document is None:
                raise status.no_such_path()
            found = self._kept[key] = objects.encode(document)
        return found


def _json(body: bytes) -> Response:
    return Response(status=200, headers=(("Content-Type", "application/json"),), body=body)
