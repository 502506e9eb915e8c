"""Which plugins a kubelet takes, and how its CSINode names them.

Source: `csi_plugin.go` (the registration handler) and `nodeinfomanager` of `kubernetes/pkg/volume/csi`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object

TYPE: Final = "CSIPlugin"
_MAJOR_VERSIONS: Final = ("0", "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """What a plugin says of itself at its registration socket."""

    type: str
    name: str
    endpoint: str
    versions: tuple[str, ...]


def is_watched(name: str) -> bool:
    """Tell whether a file of this name in the registry is looked at."""
    return not name.startswith(".")


def problem(plugin: Plugin, registered: Collection[str]) -> str:
    """Return why the plugin is refused, "" where it is taken. `registered` are the drivers that are there already."""
    if plugin.type != TYPE:
        return f"no handler registered for plugin type: {plugin.type}"
    if not plugin.name:
        return "the plugin has no name"
    if not any(_is_supported(version) for version in plugin.versions):
        return f"driver {plugin.name} supports no version that this node knows (it named {list(plugin.versions)})"
    if plugin.name in registered:
        return f"another driver with the name {plugin.name} is registered already with a higher or the same version"
    return ""


def with_driver(node: Object, driver: str, node_id: str, limit: int, keys: Sequence[str] = ()) -> Object:
    """Return the CSINode with the driver. `limit` is how many volumes fit, 0 for any number."""
    entry: dict[str, Any] = {"name": driver, "nodeID": node_id, "topologyKeys": list(keys) or None}
    if limit > 0:
        entry["allocatable"] = {"count": limit}
    return _with(node, [*_others(node, driver), entry])


def without_driver(node: Object, driver: str) -> Object:
    """Return the CSINode without the driver."""
    return _with(node, _others(node, driver))


def csi_node(node: Object) -> Object:
    """Return the first CSINode of a node, which goes with it."""
    metadata = objects.metadata(node)
    owner = {"apiVersion": "v1", "kind": "Node", "name": metadata["name"], "uid": metadata["uid"]}
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "CSINode",
        "metadata": {"name": metadata["name"], "ownerReferences": [owner]},
        "spec": {"drivers": []},
    }


def _is_supported(version: str) -> bool:
    major, _, rest = version.removeprefix("v").partition(".")
    return major in _MAJOR_VERSIONS and all(part.isdigit() for part in rest.split("."))


def _others(node: Object, driver: str) -> list[Object]:
    return [one for one in objects.items(objects.dig(node, "spec", "drivers")) if one["name"] != driver]


def _with(node: Object, drivers: list[Object]) -> Object:
    return {**node, "spec": {**(node.get("spec") or {}), "drivers": drivers}}
