"""The node plugin as a process on one of the lab's nodes, as the DaemonSet in deploy/node.yaml would run it there."""

from pathlib import Path
from typing import Any, Final

from keyferry.model.wellknown import BINDING_AUDIENCE, TOKEN_AUDIENCE
from keyferry.mount.disk.kernel import LinuxKernel, may_mount
from keyferry.mount.settings import DRIVER

PLUGIN: Final = "plugins/keyferry"

CSI_DRIVER: Final[dict[str, Any]] = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "CSIDriver",
    "metadata": {"name": DRIVER},
    "spec": {
        "podInfoOnMount": True,
        "attachRequired": False,
        "volumeLifecycleModes": ["Ephemeral"],
        "requiresRepublish": True,
        "tokenRequests": [{"audience": TOKEN_AUDIENCE}, {"audience": BINDING_AUDIENCE}],
    },
}


def arguments(name: str, root: Path, kubeconfig: Path) -> list[str]:
    """Return how `keyferry` is called for a node of the lab, whose kubelet works below `root`."""
    flags = {
        "--kubeconfig": kubeconfig,
        "--nodeid": name,
        "--endpoint": f"unix://{root / PLUGIN / 'csi.sock'}",
        "--registration-dir": root / "plugins_registry",
        "--kubelet-root": root,
        "--plugin-dir": root / PLUGIN,
        "--provider-volume": root / "providers",
        "--metrics-addr": "127.0.0.1:0",
    }
    plain = ["--without-tmpfs"] if why_plain() else []
    return ["node", *(part for flag, value in flags.items() for part in (flag, str(value))), *plain]


def why_plain() -> str:
    """Return why this process cannot mount memory file systems, "" where it can."""
    return may_mount(LinuxKernel())
