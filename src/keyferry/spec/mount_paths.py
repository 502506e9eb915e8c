"""Which paths a mounted file may have: the provider's rule for one name, and the driver's for a whole payload.

Called by mount_objects, by the writer of a volume and by the client of other vendors' providers. Both rules are those
of the Secrets Store CSI driver and its Azure provider, and a little stricter: what their writers would stumble over
later is refused here. Lengths are those of Linux, in bytes of UTF-8.
"""

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from keyferry.model.errors import foreign

MAX_PATH_BYTES: Final = 4096
MAX_PART_BYTES: Final = 255
MAX_PARTS: Final = 50  # keyferry's own: every folder is made anew for every version of a volume
_Folder: TypeAlias = dict[str, "int | _Folder"]  # the index of a file's path, or what is below a folder


def problem_of_name(path: str) -> str:
    """Return what is wrong with the alias or name of an object as a path, "" where it is fine.

    Two dots in a row are refused anywhere, as the Azure provider does, and all that `problem_of_paths` refuses.
    """
    return _fault(path) or (f"{_quoted(path)} has two dots in a row" if ".." in path else "")


def problem_of_paths(paths: Sequence[str]) -> str:
    """Return the first thing wrong with the paths of a payload, "" where they are fine together.

    Each is relative, clean and confined, and none is another or another's folder. The names that begin with two dots
    are the writer's own.
    """
    for path in paths:
        fault = _fault(path)
        if fault:
            return fault
    for index, other in clashes(paths):
        if paths[index] == paths[other]:
            return f"{_quoted(paths[index])} occurs twice"
        return f"{_quoted(paths[index])} and {_quoted(paths[other])} cannot both be: one is a folder of the other"
    return ""


def clashes(paths: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the index of each path that equals one before it, is its folder or lies below it, and that one's index."""
    root: _Folder = {}
    for index, path in enumerate(paths):
        other = _place(root, path.split("/"), index)
        if other is not None:
            yield index, other


def _place(folder: _Folder, parts: list[str], index: int) -> int | None:
    """Put a file into the tree; where its place is taken, return the index of one that is in the way."""
    for part in parts[:-1]:
        inner = folder.setdefault(part, {})
        if isinstance(inner, int):
            return inner
        folder = inner
    taken = folder.setdefault(parts[-1], index)
    while not isinstance(taken, int):
        taken = next(iter(taken.values()))
    return None if taken == index else taken


def _fault(path: str) -> str:
    try:
        length = len(path.encode())
    except UnicodeEncodeError:
        return "a path holds half of a character"
    if not path:
        return "a path is empty"
    if length > MAX_PATH_BYTES:
        return f"{_quoted(path)} has {length} bytes, {MAX_PATH_BYTES} are allowed"
    if path.startswith("/"):
        return f"{_quoted(path)} is absolute"
    if "\0" in path:
        return "a path holds a NUL character"
    parts = path.split("/")
    if len(parts) > MAX_PARTS:
        return f"{_quoted(path)} has {len(parts)} parts, {MAX_PARTS} are allowed"
    fault = next((fault for fault in (_part_fault(part, path) for part in parts) if fault), "")
    if not fault and path.startswith(".."):
        return f"{_quoted(path)} begins with two dots, which names of the writer do"
    return fault


def _part_fault(part: str, path: str) -> str:
    if part == "..":
        return f'{_quoted(path)} has ".." in it'
    if part in {"", "."}:
        return f"{_quoted(path)} is not in its shortest form"
    if len(part.encode()) > MAX_PART_BYTES:
        return f"a part of {_quoted(path)} has more than {MAX_PART_BYTES} bytes"
    return ""


def _quoted(path: str) -> str:
    return f'"{foreign(path)}"'
