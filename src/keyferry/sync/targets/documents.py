"""The body of a target, as the API server takes it. Pure. It holds values: never log it."""

from typing import Any

import msgspec

from keyferry.sync.targets.state import DesiredTarget


def body(target: DesiredTarget, resource_version: str = "") -> bytes:
    """Return the object whole; with a `resource_version` the write is refused when it changed meanwhile."""
    metadata: dict[str, Any] = {
        "name": target.key.name,
        "namespace": target.key.namespace,
        "labels": target.labels,
        "annotations": target.annotations,
        "ownerReferences": target.owner_references,
    }
    if target.finalizers:
        metadata["finalizers"] = target.finalizers
    if resource_version:
        metadata["resourceVersion"] = resource_version
    document = {**target.fields, "apiVersion": target.resource.api_version, "kind": target.resource.kind}
    if target.status is not None:
        document["status"] = target.status
    return msgspec.json.encode({**document, "metadata": metadata})
