"""The documents that sync writes, as the API server takes them. Pure. A Secret's body holds values: never log it."""

import base64
from typing import Any

import msgspec

from keyferry.spec.conditions import ExternalSecretStatus, SecretStoreStatus
from keyferry.sync.state import DesiredSecret


def secret(desired: DesiredSecret, resource_version: str = "") -> bytes:
    """Return the Secret whole; with a `resource_version` the write is refused when it changed meanwhile."""
    metadata: dict[str, Any] = {
        "name": desired.key.name,
        "namespace": desired.key.namespace,
        "labels": desired.labels,
        "annotations": desired.annotations,
        "ownerReferences": desired.owner_references,
    }
    if desired.finalizers:
        metadata["finalizers"] = desired.finalizers
    if resource_version:
        metadata["resourceVersion"] = resource_version
    document: dict[str, Any] = {"apiVersion": "v1", "kind": "Secret", "type": desired.type, "metadata": metadata}
    if desired.immutable:
        document["immutable"] = True
    document["data"] = {key: base64.b64encode(value.reveal()).decode() for key, value in desired.data.items()}
    return msgspec.json.encode(document)


def status(told: ExternalSecretStatus | SecretStoreStatus) -> bytes:
    """Return the merge patch that makes `told` the status."""
    return msgspec.json.encode({"status": told.to_document()})


def finalizers(remaining: tuple[str, ...], resource_version: str) -> bytes:
    """Return the merge patch that leaves these finalizers; it is refused when the object changed meanwhile."""
    return msgspec.json.encode({"metadata": {"finalizers": remaining, "resourceVersion": resource_version}})
