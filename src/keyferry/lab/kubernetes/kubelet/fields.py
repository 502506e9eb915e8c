"""The fields of a pod that its volumes and environment can show. Source:
https://kubernetes.io/docs/concepts/workloads/pods/downward-api/.
"""

import re
from typing import Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object

_SUBSCRIPT: Final = re.compile(r"metadata\.(labels|annotations)\['([^']+)'\]")
_PATHS: Final = {
    "metadata.name": ("metadata", "name"),
    "metadata.namespace": ("metadata", "namespace"),
    "metadata.uid": ("metadata", "uid"),
    "spec.nodeName": ("spec", "nodeName"),
    "spec.serviceAccountName": ("spec", "serviceAccountName"),
    "status.hostIP": ("status", "hostIP"),
    "status.podIP": ("status", "podIP"),
}


def value(pod: Object, path: str) -> str | None:
    """Return the text of a field, None where the path names none that can be shown."""
    if found := _SUBSCRIPT.fullmatch(path):
        return str(objects.dig(pod, "metadata", found[1], found[2]) or "")
    if path in ("metadata.labels", "metadata.annotations"):
        return _lines(objects.dig(pod, *path.split(".")) or {})
    if path in ("status.hostIPs", "status.podIPs"):
        return ",".join(str(one.get("ip")) for one in objects.items(objects.dig(pod, *path.split("."))))
    keys = _PATHS.get(path)
    return None if keys is None else str(objects.dig(pod, *keys) or "")


def _lines(pairs: Object) -> str:
    return "\n".join(f"{key}={_quoted(str(text))}" for key, text in sorted(pairs.items()))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
