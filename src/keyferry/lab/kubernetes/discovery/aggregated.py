"""Aggregated discovery: every group, version and resource in one document.

Source: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery
"""

from collections.abc import Iterable

from keyferry.lab.kubernetes import subresources
from keyferry.lab.kubernetes.discovery import groups
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.resources import Resource
from keyferry.lab.kubernetes.subresources import Subresource


def document(resources: Iterable[Resource], version: str, *, core: bool) -> Object:
    """Return the APIGroupDiscoveryList of /api (`core`) or /apis in the discovery API's `version`."""
    served = list(resources)
    found = groups.versions_by_group(served)
    items = [_group(name, versions, served) for name, versions in found.items() if core is (name == "")]
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": f"apidiscovery.k8s.io/{version}",
        "metadata": {},
        "items": items,
    }


def _group(name: str, versions: list[str], served: list[Resource]) -> Object:
    described = [
        {
            "version": version,
            "resources": [_resource(one) for one in served if (one.group, one.version) == (name, version)],
            "freshness": "Current",
        }
        for version in versions
    ]
    return {"metadata": {"name": name} if name else {}, "versions": described}


def _resource(resource: Resource) -> Object:
    entry: Object = {
        "resource": resource.plural,
        "responseKind": _kind(resource.group, resource.version, resource.kind),
        "scope": "Namespaced" if resource.namespaced else "Cluster",
        "singularResource": resource.singular,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        entry["shortNames"] = list(resource.short_names)
    if resource.categories:
        entry["categories"] = list(resource.categories)
    if parts := [_part(resource, one) for one in subresources.of(resource)]:
        entry["subresources"] = parts
    return entry


def _part(resource: Resource, part: Subresource) -> Object:
    group, version = (resource.group, resource.version) if part.group is None else (part.group, part.version)
    return {"subresource": part.name, "responseKind": _kind(group, version, part.kind), "verbs": list(part.verbs)}


def _kind(group: str, version: str, kind: str) -> Object:
    return {"group": group, "version": version, "kind": kind}
