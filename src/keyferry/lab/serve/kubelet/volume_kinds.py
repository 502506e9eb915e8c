"""Which volume a pod's specification asks for."""

from pathlib import Path

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.kubelet import content, layout
from keyferry.lab.kubernetes.kubelet.references import Reference
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet import folders
from keyferry.lab.serve.kubelet.csi_volume import CsiVolume
from keyferry.lab.serve.kubelet.file_volume import FileVolume
from keyferry.lab.serve.kubelet.host_path import HostPath
from keyferry.lab.serve.kubelet.node import Node
from keyferry.lab.serve.kubelet.volumes import Volume, VolumeFailed


def make(node: Node, pod: Object, volume: Object) -> Volume:
    """Return the volume, which nothing has been done for yet."""
    if "csi" in volume:
        return CsiVolume(node, pod, volume)
    if content.is_made_of_files(volume):
        return FileVolume(node, pod, volume)
    if "hostPath" in volume:
        return HostPath(node.root, volume)
    uid, name = objects.metadata(pod)["uid"], str(volume["name"])
    if "emptyDir" in volume or set(volume) == {"name"}:
        return EmptyFolder(name, node.root / layout.volume(uid, "empty-dir", name))
    return Unknown(name, next(kind for kind in volume if kind != "name"))


class EmptyFolder:
    """A folder that lives as long as the pod."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.path = path

    async def set_up(self, _pod: Object) -> None:
        """Make it, open to all as the real one."""
        folders.make(self.path)
        self.path.chmod(0o777)

    async def tear_down(self) -> None:
        """Remove it with what is in it."""
        folders.remove(self.path)

    def shows(self, _reference: Reference | None) -> bool:
        """Nothing."""
        return False

    def again_after(self) -> float | None:
        """Never."""
        return None


class Unknown:
    """A volume of a kind that the lab has not: the pod waits for it, and says so."""

    def __init__(self, name: str, kind: str) -> None:
        self.name = name
        self.path = Path()
        self._kind = kind

    async def set_up(self, _pod: Object) -> None:
        """Fail."""
        raise VolumeFailed(f"no volume plugin matched: this lab has no {self._kind} volumes")

    async def tear_down(self) -> None:
        """Do nothing, since nothing is there."""

    def shows(self, _reference: Reference | None) -> bool:
        """Nothing."""
        return False

    def again_after(self) -> float | None:
        """Never."""
        return None
