"""Where a kubelet keeps what, relative to its root folder, as the real one does below /var/lib/kubelet.

Source: `GetPodVolumeDir` of `kubernetes/pkg/kubelet/kubelet_getters.go` and each volume plugin's name.
"""

from typing import Final

PLUGINS: Final = "plugins"
REGISTRY: Final = "plugins_registry"
PODS: Final = "pods"
VOLUME_DATA: Final = "vol_data.json"
PREVIOUS: Final = ".previous"  # ends the log of a container's former run, in place of `.log`


def pod(uid: str) -> str:
    """Return the folder of a pod."""
    return f"{PODS}/{uid}"


def volume(uid: str, plugin: str, name: str) -> str:
    """Return the folder of a volume, whose plugin is named as `csi` or `projected`."""
    return f"{pod(uid)}/volumes/kubernetes.io~{plugin}/{name}"


def csi_target(uid: str, name: str) -> str:
    """Return the target path of a CSI volume; its parent holds `VOLUME_DATA` besides."""
    return f"{volume(uid, 'csi', name)}/mount"


def log(uid: str, container: str) -> str:
    """Return the file that a container's output goes to."""
    return f"{pod(uid)}/{container}.log"
