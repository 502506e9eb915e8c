"""The volume of the token among a pod's volumes: there once, and as it is wished."""

from collections.abc import Mapping
from typing import Any

from keyferry.admit.injection.pod_shape import PodShape
from keyferry.admit.injection.wish import Wish
from keyferry.kube.wire.patches import Operation


def operation(pod: PodShape, wish: Wish) -> Operation | None:
    """Return what puts the volume there. A volume of its name that is another one is replaced, as upstream does."""
    if pod.volumes is None:
        return Operation(op="add", path="/spec/volumes", value=[wish.volume])
    for index, volume in enumerate(pod.volumes):
        if volume.get("name") == wish.volume["name"]:
            if _is_as_wished(volume, wish):
                return None
            return Operation(op="replace", path=f"/spec/volumes/{index}", value=wish.volume)
    return Operation(op="add", path="/spec/volumes/-", value=wish.volume)


def _is_as_wished(volume: Mapping[str, Any], wish: Wish) -> bool:
    """Compare but for `defaultMode`, which the API server has filled in when it asks again."""
    projected = volume.get("projected")
    return (
        isinstance(projected, dict)
        and volume.keys() == wish.volume.keys()
        and projected.keys() <= {"sources", "defaultMode"}
        and projected.get("sources") == wish.volume["projected"]["sources"]
    )
