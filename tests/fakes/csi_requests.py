"""kubelet's calls, right in every part, to be made wrong in one by a test."""

import json
from collections.abc import Mapping
from typing import Final

from keyferry.mount.protobuf import csi_pb2

TOKENS_KEY: Final = "csi.storage.k8s.io/serviceAccount.tokens"
AUDIENCE: Final = "api://AzureADTokenExchange"
VOLUME_ID: Final = "csi-" + "0" * 64
TARGET: Final = "/var/lib/kubelet/pods/1b2c/volumes/kubernetes.io~csi/secrets/mount"
TOKEN: Final = "eyJhbGciOi.kubelet-token.sig"
EXPIRY: Final = "2026-11-22T07:00:00Z"
POD: Final = {
    "csi.storage.k8s.io/pod.name": "api-0",
    "csi.storage.k8s.io/pod.namespace": "payments",
    "csi.storage.k8s.io/pod.uid": "1b2c",
    "csi.storage.k8s.io/serviceAccount.name": "api",
    "csi.storage.k8s.io/ephemeral": "true",
}


def tokens(*audiences: str, token: str = TOKEN, expiry: str = EXPIRY) -> str:
    """The JSON that kubelet sends."""
    found = {audience: {"token": token, "expirationTimestamp": expiry} for audience in audiences or (AUDIENCE,)}
    return json.dumps(found)


def capability(*, group: str = "") -> csi_pb2.VolumeCapability:
    """What kubelet wants of an inline volume."""
    return csi_pb2.VolumeCapability(
        mount=csi_pb2.VolumeCapability.MountVolume(volume_mount_group=group),
        access_mode=csi_pb2.VolumeCapability.AccessMode(mode=csi_pb2.VolumeCapability.AccessMode.SINGLE_NODE_WRITER),
    )


def publish(
    context: Mapping[str, str] | None = None,
    *,
    secrets: Mapping[str, str] | None = None,
    group: str = "",
    target: str = TARGET,
    volume_id: str = VOLUME_ID,
) -> csi_pb2.NodePublishVolumeRequest:
    """A right NodePublishVolume; `context` is laid over what kubelet and a plain pod say."""
    return csi_pb2.NodePublishVolumeRequest(
        volume_id=volume_id,
        target_path=target,
        volume_capability=capability(group=group),
        readonly=True,
        secrets=secrets,
        volume_context={"secretProviderClass": "kv", **POD, **(context or {})},
    )


def unpublish(target: str = TARGET, volume_id: str = VOLUME_ID) -> csi_pb2.NodeUnpublishVolumeRequest:
    """A right NodeUnpublishVolume."""
    return csi_pb2.NodeUnpublishVolumeRequest(volume_id=volume_id, target_path=target)
