"""Files as values → files below one folder: all of them, or none; and never over what somebody else wrote.

  1 look: what is wanted, what is there, what the record says          record.judge
  2 the record names both what is there and what comes
  3 stage: every new content beside its place, on disk for good        a full disk ends here, and nothing has changed
  4 each file takes its place in one rename; stale ones go
  5 the record names what is there

Killed in between, each file is the old or the new one, and the next run completes. Nobody else's file is ever removed,
and links are not followed. One process at a time: the folder is locked. Called by cli.provisioning.
"""

import fcntl
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from keyferry.model.errors import SpecError
from keyferry.provision import record
from keyferry.provision.record import Record, Standing
from keyferry.provision.tree import Files

EVERYWHERE: Final = ("",)
_STAGED: Final = ".keyferry-new"  # behind a dot and the file's own name
_AT_ONCE: Final = 8  # fsync waits for the disk, which takes several at a time
_LISTED: Final = 10


def look(folder: Path, wanted: Files, within: Sequence[str] = EVERYWHERE) -> tuple[Standing, Mapping[str, bytes]]:
    """Return what `write` would do, and the files that it would do it to. Nothing is written.

    SpecError where a folder or a link is where a file belongs, or the record is none.
    """
    known, present = _seen(folder, wanted)
    return record.judge(wanted, present, known, within), present


def write(
    folder: Path, wanted: Files, within: Sequence[str] = EVERYWHERE, *, estate: str = "", force: bool = False
) -> Standing:
    """Make the folder hold `wanted`, and no stale file of ours `within` these beginnings of paths; say what was done.

    SpecError, with nothing changed, where files were edited by hand or are of another estate and it is not by `force`,
    where something else is in the way, or where the folder cannot be written.
    """
    with _explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            known, present = _seen(folder, wanted)
            standing = record.judge(wanted, present, known, within)
            if not force:
                _respect(folder, known, standing, estate)
            _carry_out(folder, wanted, present, replace(known, estate=estate or known.estate), standing)
    return standing


def put(path: Path, content: bytes) -> None:
    """Write one file that is on no record, whole or not at all."""
    with _explained(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _stage(path.parent, path.name, content)
            _staged(path).replace(path)
        except OSError:
            _unstage(path.parent, [path.name], [])
            raise


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep every other keyferry out of a folder that is there. SpecError where one is in it already.

    The lock is gone with the process, however that ends.
    """
    with _explained(folder):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            cause = "another keyferry is at work there"
            raise SpecError(what=f"{folder} is in use", cause=cause, remedy="let it end, then try again") from None
        yield
    finally:
        os.close(descriptor)


def _seen(folder: Path, wanted: Files) -> tuple[Record, Mapping[str, bytes]]:
    with _explained(folder):
        content = _content(folder, record.NAME)
        known = record.parse(content) if content is not None else Record()
        found = {path: _content(folder, path) for path in {*wanted, *known.paths}}
    return known, {path: content for path, content in found.items() if content is not None}


def _content(folder: Path, path: str) -> bytes | None:
    """Return what a file holds, None where there is none. Every folder on the way is one, and no link."""
    here = folder
    *folders, name = path.split("/")
    for part in folders:
        here /= part
        if not _is_kind(here, stat.S_ISDIR, "a folder"):
            return None
    here /= name
    return here.read_bytes() if _is_kind(here, stat.S_ISREG, "a file") else None


def _is_kind(path: Path, is_right: Callable[[int], bool], wanted: str) -> bool:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False
    if not is_right(mode):
        cause = "a link is there, and links are not followed" if stat.S_ISLNK(mode) else "something else is there"
        remedy = "remove it, or take another folder by --out"
        raise SpecError(what=f"{path} must be {wanted}", cause=cause, remedy=remedy)
    return True


def _carry_out(folder: Path, wanted: Files, present: Mapping[str, bytes], known: Record, standing: Standing) -> None:
    after = record.ended(wanted, present, known, standing)
    _sweep(folder, known)
    if standing.touched or standing.changes.stale:
        put(folder / record.NAME, record.document(record.begun(wanted, present, known)))
        _stage_all(folder, {path: wanted[path] for path in standing.touched}, known)
    for path in standing.touched:
        _staged(folder / path).replace(folder / path)
    for path in standing.changes.stale:
        _remove(folder, path)
    if after != known:
        put(folder / record.NAME, record.document(after))


def _sweep(folder: Path, known: Record) -> None:
    """Remove what a killed process left beside the files that it was about to write."""
    for path in known.coming:
        _staged(folder / path).unlink(missing_ok=True)


def _stage_all(folder: Path, contents: Files, known: Record) -> None:
    """Write everything beside its place. All is as before if that fails."""
    made: list[Path] = []
    try:
        for parent in _folders_of(folder, contents):
            parent.mkdir()
            made.append(parent)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda path: _stage(folder, path, contents[path]), contents))
    except OSError:
        _unstage(folder, contents, made)
        with suppress(SpecError):
            put(folder / record.NAME, record.document(known))
        raise


def _folders_of(folder: Path, paths: Iterable[str]) -> list[Path]:
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
    return place.with_name(f".{place.name}{_STAGED}")


def _unstage(folder: Path, paths: Iterable[str], made: Sequence[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            _staged(folder / path).unlink()
    for parent in reversed(made):
        with suppress(OSError):
            parent.rmdir()


def _remove(folder: Path, path: str) -> None:
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
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as refusal:
        raise SpecError(
            what=f"{refusal.filename or folder} cannot be written",
            cause=refusal.strerror or type(refusal).__name__,
            remedy=f"see to the rights and the room of {folder}, or take another folder by --out",
        ) from refusal


def _respect(folder: Path, known: Record, standing: Standing, estate: str) -> None:
    """Raise what `force` would let go of."""
    if known.estate and estate and known.estate != estate:
        raise SpecError(
            what=f"{folder} holds the estate {known.estate}, and not {estate}",
            cause="Terraform's state there is of that one: what it made would be destroyed",
            remedy="take another folder by --out; where the estate itself was renamed, give --force",
        )
    if standing.edited:
        raise _edited(folder, standing.edited)


def _edited(folder: Path, paths: Sequence[str]) -> SpecError:
    names = ", ".join(str(folder / path) for path in paths[:_LISTED])
    more = f" and {len(paths) - _LISTED} more" if len(paths) > _LISTED else ""
    return SpecError(
        what=f"nothing was written, for files would be lost that keyferry did not leave so: {names}{more}",
        cause="they were edited by hand, or somebody else made them",
        remedy="move what is yours to other files (keyferry leaves them alone), then give --force; --diff shows it",
    )
