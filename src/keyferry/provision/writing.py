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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from keyferry.model.errors import SpecError
from keyferry.provision import record, staging
from keyferry.provision.record import Record, Standing
from keyferry.provision.tree import Files

EVERYWHERE: Final = ("",)
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
    with staging.explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            known, present = _seen(folder, wanted)
            standing = record.judge(wanted, present, known, within)
            if not force:
                _respect(folder, known, standing, estate)
            _carry_out(folder, wanted, present, replace(known, estate=estate or known.estate), standing)
    return standing


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep every other keyferry out of a folder that is there. SpecError where one is in it already.

    The lock is gone with the process, however that ends.
    """
    with staging.explained(folder):
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
    with staging.explained(folder):
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
    staging.sweep(folder, known.coming)
    if standing.touched or standing.changes.stale:
        _put_record(folder, record.begun(wanted, present, known))
        _stage(folder, {path: wanted[path] for path in standing.touched}, known)
    for path in standing.touched:
        staging.take_place(folder / path)
    for path in standing.changes.stale:
        staging.remove(folder, path)
    if after != known:
        _put_record(folder, after)


def _stage(folder: Path, contents: Files, known: Record) -> None:
    """Have everything beside its place; all is as before if that fails."""
    try:
        staging.stage(folder, contents)
    except OSError:
        with suppress(SpecError):
            _put_record(folder, known)
        raise


def _put_record(folder: Path, content: Record) -> None:
    staging.put(folder / record.NAME, record.document(content))


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
