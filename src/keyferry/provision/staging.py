"""Contents beside their places, on disk for good, before any of them takes its place: what can fail fails first.

Called by writing, and for single files by kept_outputs.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from keyferry.model.errors import SpecError
from keyferry.provision.tree import Files

_SUFFIX: Final = ".keyferry-new"  # behind a dot and the file's own name
_AT_ONCE: Final = 8  # fsync waits for the disk, which takes several at a time


def put(path: Path, content: bytes) -> None:
    """Write one file that is on no record, whole or not at all."""
    with explained(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _stage(path.parent, path.name, content)
            _staged(path).replace(path)
        except OSError:
            _unstage(path.parent, [path.name], [])
            raise


def stage(folder: Path, contents: Files) -> None:
    """Write everything beside its place. Where one cannot be (OSError) or Ctrl-C comes, nothing of it is left."""
    made: list[Path] = []
    try:
        for parent in _missing(folder, contents):
            parent.mkdir()
            made.append(parent)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda path: _stage(folder, path, contents[path]), contents))
    except BaseException:  # Ctrl-C as well
        _unstage(folder, contents, made)
        raise


def take_place(place: Path) -> None:
    """Let what was staged be the file, in one step."""
    _staged(place).replace(place)


def sweep(folder: Path, paths: Iterable[str]) -> None:
    """Remove what a killed process left beside these files."""
    for path in paths:
        _staged(folder / path).unlink(missing_ok=True)


def remove(folder: Path, path: str) -> None:
    """Remove a file, and the folders below ours that it leaves empty."""
    place = folder / path
    place.unlink(missing_ok=True)
    for parent in place.parents:
        if parent == folder:
            return
        try:
            parent.rmdir()
        except OSError:
            return


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Make a SpecError of what the system refuses."""
    try:
        yield
    except OSError as refusal:
        raise SpecError(
            what=f"{refusal.filename or folder} cannot be written",
            cause=refusal.strerror or type(refusal).__name__,
            remedy=f"see to the rights and the room of {folder}, or take another folder by --out",
        ) from refusal


def _missing(folder: Path, paths: Iterable[str]) -> list[Path]:
    """Return the folders that are missing, each after the one that it is in."""
    needed = {parent for path in paths for parent in (folder / path).parents if parent.is_relative_to(folder)}
    return sorted(parent for parent in needed if not parent.exists())


def _stage(folder: Path, path: str, content: bytes) -> None:
    place = folder / path
    staged = _staged(place)
    staged.unlink(missing_ok=True)
    descriptor = os.open(staged, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        with suppress(FileNotFoundError):
            os.fchmod(descriptor, stat.S_IMODE(place.stat().st_mode))
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _staged(place: Path) -> Path:
    return place.with_name(f".{place.name}{_SUFFIX}")


def _unstage(folder: Path, paths: Iterable[str], made: Sequence[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            _staged(folder / path).unlink()
    for parent in reversed(made):
        with suppress(OSError):
            parent.rmdir()
