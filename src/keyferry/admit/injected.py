"""What the injection of a pod has told its author already, so that advice on the same pod leaves it out. Pure.

An API server asks mutating webhooks first, so a pod that is being created reaches the advice with what was injected.
Called by counsel.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from keyferry.admit.injection.names import VOLUME_PREFIX
from keyferry.admit.injection.proxy import says_no
from keyferry.advice.rules.injection import PROXY, SKIPPED
from keyferry.advice.rules.running_as import CLIENT
from keyferry.advice.workloads import listing, mapping, text
from keyferry.model.wellknown import PROXY_SIDECAR_ANNOTATION, SKIP_CONTAINERS_ANNOTATION, USE_LABEL

_COMMA: Final = ","


def told(document: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the rules whose findings the injection warned of; none where nothing was injected."""
    metadata = mapping(document.get("metadata"))
    if document.get("kind") != "Pod" or mapping(metadata.get("labels")).get(USE_LABEL) != "true":
        return frozenset()
    volumes = listing(mapping(document.get("spec")).get("volumes"))
    if not any(text(mapping(volume).get("name")).startswith(VOLUME_PREFIX) for volume in volumes):
        return frozenset()
    return frozenset(_told(mapping(metadata.get("annotations"))))


def _told(annotations: Mapping[Any, Any]) -> Iterator[str]:
    yield CLIENT.name
    if _COMMA in text(annotations.get(SKIP_CONTAINERS_ANNOTATION)):
        yield SKIPPED.name
    if says_no(text(annotations.get(PROXY_SIDECAR_ANNOTATION))):
        yield PROXY.name
