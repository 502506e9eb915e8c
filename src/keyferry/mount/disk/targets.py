"""Where volumes may lie: a target path is taken apart and refused before anything touches the disk. Pure.

Called by disk. kubelet's form is `<root>/pods/<pod uid>/volumes/kubernetes.io~csi/<volume>/mount`:
https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/csi/csi_mounter.go.
"""

import re
from dataclasses import dataclass
from typing import Final

from keyferry.model.errors import SpecError, Where

MAX_PATH_BYTES: Final = 4095  # PATH_MAX of Linux, without its closing zero
MAX_NAME_BYTES: Final = 255
_KUBELETS: Final = re.compile(r"pods/[0-9A-Za-z-]{1,128}/volumes/kubernetes\.io~csi/[^/]{1,253}/mount")
_ASIDE: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """The targets below `root`, an absolute path. With `any_form`, any folder below it; else kubelet's form alone."""

    root: str
    any_form: bool = False

    def names(self, target_path: str) -> tuple[str, ...]:
        """Return the names that lead from the root to the target, its own last. SpecError for any other path."""
        below = self._below(target_path)
        if problem := _problem(below, len(target_path.encode(errors="surrogateescape"))):
            raise _refused(target_path, problem)
        if not self.any_form and not _KUBELETS.fullmatch(below):
            raise _refused(target_path, f"it has not kubelet's form below {self.root}")
        return tuple(below.split("/"))

    def _below(self, target_path: str) -> str:
        root = self.root.rstrip("/") + "/"
        if not target_path.startswith(root):
            raise _refused(target_path, f"it is not below {self.root}")
        return target_path.removeprefix(root)


def where(target_path: str) -> Where:
    """The volume, for an error's text."""
    return Where(kind="volume", name=_shown(target_path))


def _problem(below: str, path_bytes: int) -> str:
    if path_bytes > MAX_PATH_BYTES:
        return f"it is longer than {MAX_PATH_BYTES} bytes"
    if _ASIDE.search(below):
        return "it has control characters"
    names = below.split("/")
    if any(name in {"", ".", ".."} for name in names):
        return "it is not in its shortest form"
    if any(len(name.encode(errors="surrogateescape")) > MAX_NAME_BYTES for name in names):
        return f"a name in it is longer than {MAX_NAME_BYTES} bytes"
    return ""


def _refused(target_path: str, cause: str) -> SpecError:
    return SpecError(
        what="the target path is refused",
        cause=cause,
        remedy="--kubelet-root must be the folder that kubelet runs with",
        where=where(target_path),
    )


def _shown(target_path: str) -> str:
    line = _ASIDE.sub("?", target_path).encode(errors="replace").decode()
    return line if len(line) <= 256 else line[:255] + "…"
