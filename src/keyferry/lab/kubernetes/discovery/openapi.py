"""OpenAPI v3: an index, and one document for each group and version.

kubectl reads `x-kubernetes-group-version-kind` to find a kind, the `fieldValidation` parameter to learn that the server
checks fields itself, and the schemas for `explain` and for strategic merge patches.
"""

import hashlib
from collections.abc import Iterable

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.resources import Resource
from keyferry.lab.kubernetes.schemas import metadata

_PACKAGES = {"": "core", "apps": "apps"}
_QUERY = ("pretty", "dryRun", "fieldManager", "fieldValidation")
_PATCHES = ("application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml")
_STRATEGIC = "application/strategic-merge-patch+json"


def index(resources: Iterable[Resource]) -> Object:
    """Return the document of /openapi/v3."""
    served = list(resources)
    paths = {}
    for group_version in dict.fromkeys(one.group_version for one in served):
        path = _root(group_version)
        digest = hashlib.sha256(objects.encode(document(served, group_version))).hexdigest().upper()
        paths[path] = {"serverRelativeURL": f"/openapi/v3/{path}?hash={digest}"}
    return {"paths": paths}


def document(resources: Iterable[Resource], group_version: str) -> Object | None:
    """Return the document of /openapi/v3/apis/<group>/<version>, None when it is not served."""
    served = [one for one in resources if one.group_version == group_version]
    if not served:
        return None
    paths: Object = {}
    for one in served:
        paths |= _paths(one)
    return {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": "v1.34.0"},
        "paths": paths,
        "components": {"schemas": {_name(one): _schema(one) for one in served}},
    }


def _root(group_version: str) -> str:
    return f"apis/{group_version}" if "/" in group_version else f"api/{group_version}"


def _name(resource: Resource) -> str:
    if resource.custom:
        reverse = ".".join(reversed(resource.group.split(".")))
        return f"{reverse}.{resource.version}.{resource.kind}"
    package = _PACKAGES.get(resource.group, resource.group.partition(".")[0])
    return f"io.k8s.api.{package}.{resource.version}.{resource.kind}"


def _schema(resource: Resource) -> Object:
    schema = {**(resource.schema or {"type": "object"}), "x-kubernetes-group-version-kind": [_kind(resource)]}
    if resource.custom:
        own = schema.get("properties") or {}
        about: Object = {"apiVersion": _TEXT, "kind": _TEXT, "metadata": metadata.OBJECT_META}
        schema["properties"] = {**about, **{key: part for key, part in own.items() if key not in about}}
    return schema


_TEXT = {"type": "string", "description": "Which kind of object this is, and in which version."}


def _paths(resource: Resource) -> Object:
    scope = "/namespaces/{namespace}" if resource.namespaced else ""
    collection = f"/{_root(resource.group_version)}{scope}/{resource.plural}"
    found: Object = {collection: _collection(resource)}
    if "get" in resource.verbs:
        found[f"{collection}/{{name}}"] = _single(resource)
    if resource.has_status:
        found[f"{collection}/{{name}}/status"] = _single(resource)
    return found


def _collection(resource: Resource) -> Object:
    operations: Object = {"post": _operation(resource, "post")}
    if "list" in resource.verbs:
        operations["get"] = _operation(resource, "list")
    return operations


def _single(resource: Resource) -> Object:
    operations = {method: _operation(resource, method) for method in ("get", "put", "delete")}
    operations["patch"] = _operation(resource, "patch")
    return operations


def _operation(resource: Resource, action: str) -> Object:
    reference = {"schema": {"$ref": f"#/components/schemas/{_name(resource)}"}}
    operation: Object = {
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": _kind(resource),
        "responses": {"200": {"description": "OK", "content": {"application/json": reference}}},
    }
    if action in ("post", "put", "patch"):
        names = (*_QUERY, "force") if action == "patch" else _QUERY
        operation["parameters"] = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in names]
    if action in ("post", "put"):
        operation["requestBody"] = {"content": {"*/*": reference}}
    if action == "patch":
        media = _PATCHES if resource.custom else (*_PATCHES, _STRATEGIC)
        operation["requestBody"] = {"content": {one: {"schema": {"type": "object"}} for one in media}}
    return operation


def _kind(resource: Resource) -> Object:
    return {"group": resource.group, "version": resource.version, "kind": resource.kind}
