"""Files as values: what is to be there, and what has to be written for it. Pure.

Rendered by `terraform` and `manifests`, compared here, written by `writing`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Files: TypeAlias = Mapping[str, bytes]  # by paths below one folder, with / between their parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What differs, in order of path. `stale` are files that an earlier rendering wrote and this one has not."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    stale: tuple[str, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether the folder is as it should be."""
        return not (self.new or self.changed or self.stale)


def compare(wanted: Files, present: Mapping[str, bytes], written_before: Iterable[str]) -> Changes:
    """Return what has to be done. Files that nobody says keyferry wrote (`written_before`) are never stale."""
    new = sorted(path for path in wanted if path not in present)
    changed = sorted(path for path in wanted if path in present and present[path] != wanted[path])
    same = sorted(path for path in wanted if path in present and present[path] == wanted[path])
    stale = sorted(path for path in set(written_before) if path in present and path not in wanted)
    return Changes(new=tuple(new), changed=tuple(changed), same=tuple(same), stale=tuple(stale))
