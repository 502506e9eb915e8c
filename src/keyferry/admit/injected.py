"""What the injection of a pod has told its author already, so that advice on the same pod leaves it out. Pure.

An API server asks mutating webhooks first, so a pod that is being created reaches the advice with what was injected.
Called by counsel.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from keyferry.admit.injection.names import MOUNT_PATH, VOLUME_PREFIX
from keyferry.admit.injection.proxy import says_no
from keyferry.advice.rules.injection import PROXY, SKIPPED
from keyferry.advice.rules.running_as import CLIENT
from keyferry.advice.rules.token_files import RULE as PATH
from keyferry.advice.workloads import listing, mapping, text
from keyferry.model.wellknown import PROXY_SIDECAR_ANNOTATION, SKIP_CONTAINERS_ANNOTATION, USE_LABEL

_COMMA: Final = ","
_LISTS: Final = ("initContainers", "containers")


def told(document: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the rules whose findings the injection warned of; none where nothing was injected."""
    metadata = mapping(document.get("metadata"))
    if document.get("kind") != "Pod" or mapping(metadata.get("labels")).get(USE_LABEL) != "true":
        return frozenset()
    spec = mapping(document.get("spec"))
    if not any(_is_injected(volume) for volume in listing(spec.get("volumes"))):
        return frozenset()
    return frozenset(_told(mapping(metadata.get("annotations")), spec))


def _is_injected(part: Any) -> bool:
    """Tell it of a volume, or of a mount."""
    return text(mapping(part).get("name")).startswith(VOLUME_PREFIX)


def _told(annotations: Mapping[Any, Any], spec: Mapping[Any, Any]) -> Iterator[str]:
    yield CLIENT.name
    if any(_is_occupied(container) for each in _LISTS for container in listing(spec.get(each))):
        yield PATH.name  # of the variable that was injected
    if _COMMA in text(annotations.get(SKIP_CONTAINERS_ANNOTATION)):
        yield SKIPPED.name
    if says_no(text(annotations.get(PROXY_SIDECAR_ANNOTATION))):
        yield PROXY.name


def _is_occupied(container: Any) -> bool:
    """Tell whether something else is mounted where the token would be."""
    mounts = listing(mapping(container).get("volumeMounts"))
    paths = (text(mapping(mount).get("mountPath")) for mount in mounts if not _is_injected(mount))
    return any(path.rstrip("/") == MOUNT_PATH for path in paths)
