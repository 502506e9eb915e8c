"""What a kubelet tells a CSI driver about an inline volume, and what it makes of the answer's code.

Source: `csi_mounter.go`, `csi_plugin.go` and `csi_client.go` of `kubernetes/pkg/volume/csi`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object

_PREFIX: Final = "csi.storage.k8s.io/"
TOKENS: Final = f"{_PREFIX}serviceAccount.tokens"
_EPHEMERAL: Final = "Ephemeral"
_UNFINISHED: Final = frozenset({"CANCELLED", "DEADLINE_EXCEEDED", "UNAVAILABLE", "RESOURCE_EXHAUSTED", "ABORTED"})
_GO_NAMES: Final = {"OK": "OK", "CANCELLED": "Canceled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """The arguments of one NodePublishVolume. `group` is "" where the driver is not to apply the pod's fsGroup."""

    volume_id: str
    target_path: str
    read_only: bool
    fs_type: str = ""
    group: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    context: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenWish:
    """A token that a driver wants of each pod. `seconds` is None for the server's usual lifetime."""

    audience: str
    seconds: int | None = None


def volume_id(pod_uid: str, name: str) -> str:
    """Return the id of a pod's inline volume."""
    return f"csi-{hashlib.sha256(f'{pod_uid}{name}'.encode()).hexdigest()}"


def problem(driver: Object | None, name: str) -> str:
    """Return why a driver takes no inline volumes, "" where it does. `driver` is its CSIDriver, None without one."""
    if driver is None:
        return f'volume mode "{_EPHEMERAL}" not supported by driver {name} (no CSIDriver object)'
    modes = objects.dig(driver, "spec", "volumeLifecycleModes") or ["Persistent"]
    if _EPHEMERAL in modes:
        return ""
    listed = " ".join(f'"{mode}"' for mode in modes)
    return f'volume mode "{_EPHEMERAL}" not supported by driver {name} (only supports [{listed}])'


def wishes(driver: Object) -> tuple[TokenWish, ...]:
    """Return the tokens that the driver wants."""
    requests = objects.items(objects.dig(driver, "spec", "tokenRequests"))
    return tuple(
        TokenWish(audience=str(one.get("audience") or ""), seconds=one.get("expirationSeconds")) for one in requests
    )


def is_republished(driver: Object) -> bool:
    """Tell whether the driver wants to be called again and again."""
    return objects.dig(driver, "spec", "requiresRepublish") is True


def publish(
    *,
    pod: Object,
    volume: Object,
    driver: Object,
    target_path: str,
    secrets: Mapping[str, str],
    tokens: Mapping[str, Object],
) -> Publish:
    """Return the call for a volume of a pod. `tokens` are the status of a TokenRequest by audience."""
    source = volume["csi"]
    context = {str(key): str(value) for key, value in (source.get("volumeAttributes") or {}).items()}
    if objects.dig(driver, "spec", "podInfoOnMount") is True:
        context |= _pod_information(pod)
    sent = dict(secrets)
    if tokens:
        in_secrets = objects.dig(driver, "spec", "serviceAccountTokenInSecrets") is True
        (sent if in_secrets else context)[TOKENS] = objects.encode(dict(sorted(tokens.items()))).decode()
    return Publish(
        volume_id=volume_id(objects.metadata(pod)["uid"], volume["name"]),
        target_path=target_path,
        read_only=source.get("readOnly") is True,
        fs_type=str(source.get("fsType") or ""),
        secrets=sent,
        context=context,
    )


def group(pod: Object) -> str:
    """Return the pod's fsGroup as a driver with VOLUME_MOUNT_GROUP is given it, "" without one."""
    wanted = objects.dig(pod, "spec", "securityContext", "fsGroup")
    return "" if wanted is None else str(wanted)


def is_final(code: str) -> bool:
    """Tell whether a gRPC code ends the attempt, so that what it left may be removed; else it may still be going on."""
    return code not in _UNFINISHED


def failure(code: str, message: str) -> str:
    """Return a driver's refusal as Go's gRPC library words it. `code` is the name of a status code."""
    words = _GO_NAMES.get(code) or "".join(word.capitalize() for word in code.split("_"))
    return f"rpc error: code = {words} desc = {message}"


def volume_data(pod: Object, volume: Object, node: str) -> dict[str, Any]:
    """Return what is noted beside the target path for the volume's end."""
    return {
        "driverName": volume["csi"]["driver"],
        "nodeName": node,
        "specVolID": volume["name"],
        "volumeHandle": volume_id(objects.metadata(pod)["uid"], volume["name"]),
        "volumeLifecycleMode": _EPHEMERAL,
    }


def _pod_information(pod: Object) -> dict[str, str]:
    metadata = objects.metadata(pod)
    return {
        f"{_PREFIX}pod.name": metadata["name"],
        f"{_PREFIX}pod.namespace": metadata["namespace"],
        f"{_PREFIX}pod.uid": metadata["uid"],
        f"{_PREFIX}serviceAccount.name": str(objects.dig(pod, "spec", "serviceAccountName") or ""),
        f"{_PREFIX}ephemeral": "true",
    }
