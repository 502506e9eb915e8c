"""Synced Secrets between bytes and types. Pure. A body holds values: never log it."""

import base64
import binascii
from typing import Any

import msgspec

from keyferry.kube.wire.objects import ObjectMeta
from keyferry.model.secrets import SecretValue
from keyferry.mount.cluster.secret_plan import OPAQUE, LiveSecret, WholeSecret


class _Secret(msgspec.Struct, frozen=True, gc=False):
    metadata: ObjectMeta
    data: dict[str, str] | None = None
    type: str = OPAQUE
    immutable: bool = False


_SECRET = msgspec.json.Decoder(_Secret)


def live(document: bytes) -> LiveSecret:
    """Decode a Secret. msgspec.MsgspecError or binascii.Error when it is none; neither text has a value in it."""
    read = _SECRET.decode(document)
    return LiveSecret(
        metadata=read.metadata,
        type=read.type,
        immutable=read.immutable,
        data={key: SecretValue(binascii.a2b_base64(value)) for key, value in (read.data or {}).items()},
    )


def body(secret: WholeSecret, resource_version: str = "") -> bytes:
    """Return the Secret whole; with a `resource_version` the write is refused when it changed meanwhile."""
    metadata: dict[str, Any] = {
        "name": secret.key.name,
        "namespace": secret.key.namespace,
        "labels": secret.labels,
        "annotations": secret.annotations,
        "ownerReferences": secret.owner_references,
    }
    if secret.finalizers:
        metadata["finalizers"] = secret.finalizers
    if resource_version:
        metadata["resourceVersion"] = resource_version
    document: dict[str, Any] = {"apiVersion": "v1", "kind": "Secret", "type": secret.type, "metadata": metadata}
    if secret.immutable:
        document["immutable"] = True
    document["data"] = {key: base64.b64encode(value.reveal()).decode() for key, value in secret.data.items()}
    return msgspec.json.encode(document)
