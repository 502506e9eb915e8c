"""A path of the node in a pod. A lab's node has no file system of its own, so its folder stands for one.

`/var/lib/kubelet` is the node's root folder; any other path is below `host` in it. Nothing leads out of there.
Source of the types: https://kubernetes.io/docs/concepts/storage/volumes/#hostpath-volume-types
"""

import stat
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Final

from keyferry.lab.kubernetes.kubelet.references import Reference
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet import folders
from keyferry.lab.serve.kubelet.volumes import VolumeFailed

KUBELET: Final = PurePosixPath("/var/lib/kubelet")
HOST: Final = "host"
_CHECKS: Final[dict[str, tuple[str, Callable[[int], bool]]]] = {
    "Directory": ("a directory", stat.S_ISDIR),
    "File": ("a file", stat.S_ISREG),
    "Socket": ("a socket file", stat.S_ISSOCK),
    "CharDevice": ("a character device", stat.S_ISCHR),
    "BlockDevice": ("a block device", stat.S_ISBLK),
}


class HostPath:
    """A file or folder of the node, which outlives the pod."""

    def __init__(self, root: Path, volume: Object) -> None:
        self.name = str(volume["name"])
        self._asked = PurePosixPath("/") / str(volume["hostPath"]["path"])
        self._type = str(volume["hostPath"].get("type") or "")
        self.path = place(root, self._asked)

    async def set_up(self, _pod: Object) -> None:
        """Look whether it is there as it must be, or make it where that is asked for."""
        if self._type == "FileOrCreate":
            if not self.path.exists():
                folders.make(self.path.parent)
                self.path.touch()
        elif self._type in _CHECKS:
            words, is_such = _CHECKS[self._type]
            if not (self.path.exists() and is_such(self.path.stat().st_mode)):
                raise VolumeFailed(f"hostPath type check failed: {self._asked} is not {words}")
        elif not self.path.exists():
            folders.make(self.path)

    async def tear_down(self) -> None:
        """Leave it."""

    def shows(self, _reference: Reference | None) -> bool:
        """Nothing."""
        return False

    def again_after(self) -> float | None:
        """Never."""
        return None


def place(root: Path, asked: PurePosixPath) -> Path:
    """Return where a path of the node is, below its root folder."""
    parts = [part for part in asked.parts if part not in ("/", "..")]
    inside = PurePosixPath("/").joinpath(*parts)
    if inside.is_relative_to(KUBELET):
        return root / inside.relative_to(KUBELET)
    return root.joinpath(HOST, *parts)
