"""The classic discovery documents: /api, /apis, /apis/<group> and the resource lists."""

import re
from collections.abc import Iterable

from keyferry.lab.kubernetes import subresources
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.resources import Resource
from keyferry.lab.kubernetes.subresources import Subresource

_VERSION = re.compile(r"v(\d+)(?:(alpha|beta)(\d+))?")
_STAGES = {None: 2, "beta": 1, "alpha": 0}


def api_versions() -> Object:
    """Return the document of /api."""
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}


def group_list(resources: Iterable[Resource]) -> Object:
    """Return the document of /apis."""
    found = versions_by_group(resources)
    return {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [_entry(group, versions) for group, versions in found.items() if group],
    }


def group(resources: Iterable[Resource], name: str) -> Object | None:
    """Return the document of /apis/<name>, None when the group is not served."""
    versions = versions_by_group(resources).get(name)
    return {"kind": "APIGroup", "apiVersion": "v1", **_entry(name, versions)} if versions else None


def resource_list(resources: Iterable[Resource], group_version: str) -> Object | None:
    """Return the document of /api/v1 or /apis/<group>/<version>, None when it is not served."""
    served = [one for one in resources if one.group_version == group_version]
    if not served:
        return None
    entries = [entry for one in served for entry in _resource(one)]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": entries}


def versions_by_group(resources: Iterable[Resource]) -> dict[str, list[str]]:
    """Return every group with its versions, the preferred one first."""
    found: dict[str, list[str]] = {}
    for one in resources:
        versions = found.setdefault(one.group, [])
        if one.version not in versions:
            versions.append(one.version)
    return {group: sorted(versions, key=_priority, reverse=True) for group, versions in found.items()}


def _priority(version: str) -> tuple[int, int, int]:
    """Order versions as Kubernetes does: v2, v1, v1beta2, v1beta1, v1alpha1."""
    found = _VERSION.fullmatch(version)
    if found is None:
        return (-1, 0, 0)
    return (_STAGES[found[2]], int(found[1]), int(found[3] or 0))


def _entry(name: str, versions: list[str]) -> Object:
    described = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": described, "preferredVersion": described[0]}


def _resource(resource: Resource) -> list[Object]:
    entry: Object = {
        "name": resource.plural,
        "singularName": resource.singular,
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        entry["shortNames"] = list(resource.short_names)
    if resource.categories:
        entry["categories"] = list(resource.categories)
    return [entry, *(_part(resource, one) for one in subresources.of(resource))]


def _part(resource: Resource, part: Subresource) -> Object:
    entry: Object = {
        "name": f"{resource.plural}/{part.name}",
        "singularName": "",
        "namespaced": resource.namespaced,
        "kind": part.kind,
        "verbs": list(part.verbs),
    }
    return entry if part.group is None else entry | {"group": part.group, "version": part.version}
