"""What is mounted below a node's folder: nothing may stay there when the lab has ended.

A real kubelet leaves such mounts where they are. Source of the format: proc_pid_mountinfo(5).
"""

import ctypes
import logging
import os
from pathlib import Path
from typing import Final

MOUNTINFO: Final = Path("/proc/self/mountinfo")
MNT_DETACH: Final = 2  # linux/fs.h: let go at once, free once nobody uses it
_LOG: Final = logging.getLogger("keyferry.lab.kubelet")


def below(folder: Path, table: str) -> list[Path]:
    """Return the mount points below a folder, the innermost first. `table` is the text of mountinfo."""
    places = [Path(_unescaped(line.split(" ")[4])) for line in table.splitlines() if line]
    return sorted((place for place in places if folder in place.parents), reverse=True)


def table() -> str:
    """Return what this process sees mounted, "" where the system does not tell."""
    return MOUNTINFO.read_text() if MOUNTINFO.exists() else ""


def clear(folder: Path) -> bool:
    """Unmount what is mounted below the folder, and say so in the log; tell whether nothing is mounted there now."""
    is_clear = True
    for place in below(folder.resolve(), table()):
        if ctypes.CDLL(None, use_errno=True).umount2(os.fsencode(place), MNT_DETACH) == 0:
            _LOG.warning("unmounted %s, which its driver left mounted", place)
        else:
            _LOG.error("%s stays mounted: %s", place, os.strerror(ctypes.get_errno()))
            is_clear = False
    return is_clear


def _unescaped(text: str) -> str:
    for code in ("040", "011", "012", "134"):
        text = text.replace(f"\\{code}", chr(int(code, 8)))
    return text
