"""Kubelet's calls as values of our own: checked wholly before anything is done. Pure. Called by csi_node.

The order of the checks, where it can be seen in which one answers, is that of the Secrets Store CSI driver.
Keys: https://kubernetes-csi.github.io/docs/pod-info.html and https://kubernetes-csi.github.io/docs/token-requests.html.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from keyferry.model.secrets import SecretValue
from keyferry.mount.protobuf.csi_pb2 import (
    NodePublishVolumeRequest,
    NodeStageVolumeRequest,
    NodeUnpublishVolumeRequest,
    NodeUnstageVolumeRequest,
)
from keyferry.mount.rpc import pod_tokens, request_checks
from keyferry.mount.rpc.request_checks import InvalidRequest
from keyferry.mount.state import PodRef, PodToken

CLASS_KEY: Final = "secretProviderClass"
POD_NAME_KEY: Final = "csi.storage.k8s.io/pod.name"
POD_NAMESPACE_KEY: Final = "csi.storage.k8s.io/pod.namespace"
POD_UID_KEY: Final = "csi.storage.k8s.io/pod.uid"
SERVICE_ACCOUNT_KEY: Final = "csi.storage.k8s.io/serviceAccount.name"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRequest:
    """A volume of a pod that kubelet wants to see mounted. It asks again for one that is.

    `attributes` are those of the pod's author and of kubelet, as sent, without the tokens. `tokens` are by audience,
    `secrets` those of nodePublishSecretRef. `group` is the pod's fsGroup.
    """

    volume_id: str
    target_path: str
    class_name: str
    pod: PodRef
    attributes: Mapping[str, str]
    tokens: Mapping[str, PodToken] = field(default_factory=dict)
    secrets: Mapping[str, SecretValue] = field(default_factory=dict)
    group: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpublishRequest:
    """A volume that kubelet wants gone."""

    volume_id: str
    target_path: str


def publish_request(wire: NodePublishVolumeRequest) -> PublishRequest:
    """Return what kubelet asks for. InvalidRequest for the first thing wrong with it; no value is quoted."""
    if not wire.HasField("volume_capability"):
        raise InvalidRequest(what="the request names no volume_capability")
    request_checks.volume_id(wire.volume_id)
    request_checks.path(wire.target_path, "target_path")
    context = dict(wire.volume_context)
    if not context:
        raise InvalidRequest(
            what="the request has no volume_context",
            remedy="set podInfoOnMount: true in the CSIDriver, and secretProviderClass in the pod's volumeAttributes",
        )
    request_checks.attributes(context)
    request_checks.mount_volume(wire.volume_capability)
    class_name = _class_name(context)
    if not wire.readonly:
        raise InvalidRequest(
            what="the volume is not read-only",
            cause="what a pod wrote into it would be lost at the next rotation",
            remedy="set readOnly: true in the pod's csi volume",
        )
    pod = _pod(context)
    request_checks.target_of_pod(wire.target_path, pod.uid)
    secrets = dict(wire.secrets)
    sent = secrets.pop(pod_tokens.KEY, "") or context.get(pod_tokens.KEY, "")
    request_checks.secrets(secrets)
    return PublishRequest(
        volume_id=wire.volume_id,
        target_path=wire.target_path,
        class_name=class_name,
        pod=pod,
        attributes={key: value for key, value in context.items() if key != pod_tokens.KEY},
        tokens=pod_tokens.parse(sent),
        secrets={key: SecretValue(value.encode()) for key, value in secrets.items()},
        group=request_checks.group(wire.volume_capability.mount.volume_mount_group),
    )


def unpublish_request(wire: NodeUnpublishVolumeRequest) -> UnpublishRequest:
    """Return what kubelet asks for. InvalidRequest for the first thing wrong with it."""
    request_checks.volume_id(wire.volume_id)
    request_checks.path(wire.target_path, "target_path")
    return UnpublishRequest(volume_id=wire.volume_id, target_path=wire.target_path)


def check_stage(wire: NodeStageVolumeRequest) -> None:
    """InvalidRequest for what misses what staging needs. Volumes of pods are never staged: there is nothing to do."""
    request_checks.volume_id(wire.volume_id)
    request_checks.path(wire.staging_target_path, "staging_target_path")
    if not wire.HasField("volume_capability"):
        raise InvalidRequest(what="the request names no volume_capability")


def check_unstage(wire: NodeUnstageVolumeRequest) -> None:
    """InvalidRequest for what misses what unstaging needs."""
    request_checks.volume_id(wire.volume_id)
    request_checks.path(wire.staging_target_path, "staging_target_path")


def _class_name(context: Mapping[str, str]) -> str:
    name = context.get(CLASS_KEY, "")
    if not name:
        raise InvalidRequest(
            what="the volume names no SecretProviderClass",
            remedy=f"set {CLASS_KEY} in the volumeAttributes of the pod's csi volume",
        )
    request_checks.object_name(name, CLASS_KEY)
    return name


def _pod(context: Mapping[str, str]) -> PodRef:
    found = {key: context.get(key, "") for key in (POD_NAMESPACE_KEY, POD_NAME_KEY, POD_UID_KEY)}
    missing = [key for key, value in found.items() if not value]
    if missing:
        raise InvalidRequest(
            what="kubelet does not say which pod the volume is for",
            cause=f"volume_context has no {missing[0]}",
            remedy="set podInfoOnMount: true in the CSIDriver",
        )
    account = context.get(SERVICE_ACCOUNT_KEY, "")
    request_checks.object_name(found[POD_NAMESPACE_KEY], POD_NAMESPACE_KEY)
    request_checks.object_name(found[POD_NAME_KEY], POD_NAME_KEY)
    request_checks.uid(found[POD_UID_KEY], POD_UID_KEY)
    if account:
        request_checks.object_name(account, SERVICE_ACCOUNT_KEY)
    return PodRef(
        namespace=found[POD_NAMESPACE_KEY],
        name=found[POD_NAME_KEY],
        uid=found[POD_UID_KEY],
        service_account=account,
    )
