"""What keyferry wrote below a folder, by hashes: so it knows its own files from those of others and from edited ones.

Pure. The record is a file of the folder itself. While files are being replaced it names both what was there and what
comes, so after a crash each of them is still known. Read and written by `writing`.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from keyferry.model.errors import SpecError
from keyferry.provision import tree
from keyferry.provision.tree import Changes, Files

NAME: Final = ".keyferry-provision.json"
_VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Hashes by path, of one estate's files. `coming` is not empty only where a writing did not come to its end."""

    estate: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    coming: Mapping[str, str] = field(default_factory=dict)

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that keyferry has written, or was about to."""
        return tuple(sorted({*self.files, *self.coming}))

    def is_own(self, path: str, content: bytes) -> bool:
        """Whether the file is as keyferry left it."""
        return digest(content) in {self.files.get(path), self.coming.get(path)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a writing finds and does. `edited` are in its way; `kept` are stale ones that somebody edited."""

    changes: Changes
    edited: tuple[str, ...]
    kept: tuple[str, ...]

    @property
    def touched(self) -> tuple[str, ...]:
        """The files that are to be written, in order of path."""
        return tuple(sorted((*self.changes.new, *self.changes.changed)))


class _Document(msgspec.Struct):
    version: int
    estate: str = ""
    files: dict[str, str] = {}
    coming: dict[str, str] = {}


def digest(content: bytes) -> str:
    """Return what a record says of a file."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def judge(wanted: Files, present: Mapping[str, bytes], record: Record, within: Sequence[str]) -> Standing:
    """Return what has to be done. Only recorded files whose paths begin with one of `within` can be stale."""
    mine = [path for path in record.paths if path.startswith(tuple(within))]
    changes = tree.compare(wanted, present, mine)
    edited = tuple(path for path in changes.changed if not record.is_own(path, present[path]))
    kept = tuple(path for path in changes.stale if not record.is_own(path, present[path]))
    stale = tuple(path for path in changes.stale if path not in kept)
    changes = Changes(new=changes.new, changed=changes.changed, same=changes.same, stale=stale)
    return Standing(changes=changes, edited=edited, kept=kept)


def begun(wanted: Files, present: Mapping[str, bytes], record: Record) -> Record:
    """Return the record for the time of a writing: what is there of ours, and what comes."""
    there = {path: digest(present[path]) for path in record.paths if path in present}
    own = {path: found for path, found in there.items() if record.is_own(path, present[path])}
    return Record(estate=record.estate, files=own, coming=_digests(wanted))


def ended(wanted: Files, present: Mapping[str, bytes], record: Record, standing: Standing) -> Record:
    """Return the record after a writing. Files that were kept are somebody else's from then on."""
    gone = {*standing.changes.stale, *standing.kept}
    others = {path: known for path, known in begun({}, present, record).files.items() if path not in gone}
    return Record(estate=record.estate, files=others | _digests(wanted))


def document(record: Record) -> bytes:
    """Return what `parse` reads, the same bytes for the same record."""
    content = _Document(version=_VERSION, estate=record.estate, files=dict(record.files), coming=dict(record.coming))
    encoded = msgspec.json.encode({k: v for k, v in msgspec.structs.asdict(content).items() if v}, order="sorted")
    return msgspec.json.format(encoded, indent=2) + b"\n"


def parse(content: bytes) -> Record:
    """Return the record. SpecError where it is none, or names files outside of its folder."""
    try:
        found = msgspec.json.decode(content, type=_Document)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise _refused("it is damaged") from None
    if found.version != _VERSION:
        raise _refused("another version of keyferry wrote it")
    if not all(_is_below(path) for path in (*found.files, *found.coming)):
        raise _refused("it names a file outside of the folder")
    return Record(estate=found.estate, files=found.files, coming=found.coming)


def _digests(contents: Files) -> dict[str, str]:
    return {path: digest(content) for path, content in contents.items()}


def _is_below(path: str) -> bool:
    parts: Iterable[str] = path.split("/")
    return "\0" not in path and all(part not in ("", ".", "..") for part in parts)


def _refused(cause: str) -> SpecError:
    return SpecError(
        what=f"{NAME}, the record of what keyferry wrote there, cannot be used",
        cause=cause,
        remedy=f"take another folder, or remove {NAME}: files that are there then count as somebody else's",
    )
