"""Where a container's mounts are for a local process, and its words with those paths instead of the container's.

A process of the lab has no file system of its own. Each mountPath in its command, arguments and environment is replaced
by the place of the volume, and `LAB_MOUNT_<VOLUME>` names the volumes besides.
"""

import re
from collections.abc import Mapping

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object


def of(container: Object, places: Mapping[str, str]) -> dict[str, str]:
    """Return for each mountPath its place on the node. `places` are the volumes' by name."""
    found = {}
    for mount in objects.items(container.get("volumeMounts")):
        place = places.get(str(mount.get("name")))
        if place is not None:
            inside = str(mount.get("subPath") or "").strip("/")
            found[str(mount["mountPath"]).rstrip("/") or "/"] = f"{place}/{inside}" if inside else place
    return found


def names(container: Object, places: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that name the places of the container's volumes."""
    mounted = {str(mount.get("name")) for mount in objects.items(container.get("volumeMounts"))}
    return {
        f"LAB_MOUNT_{re.sub('[^A-Z0-9]', '_', name.upper())}": place
        for name, place in places.items()
        if name in mounted
    }


def rewritten(text: str, mounts: Mapping[str, str]) -> str:
    """Return the text with the container's paths replaced. A path ends at a slash or where no name can go on."""
    if not mounts:
        return text
    longest_first = sorted(mounts, key=len, reverse=True)
    pattern = "|".join(re.escape(path) for path in longest_first)
    return re.sub(rf"(?<![\w./-])(?:{pattern})(?![\w.-])", lambda match: mounts[match[0]], text)
