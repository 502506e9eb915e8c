"""What is mounted, as the kernel's table of mounts tells it. Pure. Called by kernel.

Format: proc_pid_mountinfo(5), https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

OURS: Final = "keyferry"  # the source that our mounts name; a tmpfs has none of its own
TMPFS: Final = "tmpfs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounted:
    """One mount: the file system's type and what it names as its source."""

    kind: str
    source: str
    root: str = "/"

    @property
    def is_tmpfs(self) -> bool:
        """Whether it is a whole tmpfs, ours or the Secrets Store CSI driver's, and no part of one bound there."""
        return self.kind == TMPFS and self.root == "/"

    @property
    def is_ours(self) -> bool:
        """Whether this plugin has mounted it, in this life or an earlier one."""
        return self.is_tmpfs and self.source == OURS


def find(lines: Iterable[str], mount_id: int) -> Mounted | None:
    """Return the mount of this id, None where the table has it not (any more)."""
    for line in lines:
        number, _, _ = line.partition(" ")
        if number == str(mount_id):
            return _parsed(line)
    return None


def _parsed(line: str) -> Mounted | None:
    head, separator, tail = line.partition(" - ")
    fields, system = head.split(" "), tail.split(" ")
    if not separator or len(fields) < 6 or len(system) < 2:
        return None
    return Mounted(kind=system[0], source=system[1], root=fields[3])
