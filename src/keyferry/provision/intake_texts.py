"""The files of an estate as text, bounded: which of them globs mean, and why one cannot be read.

Called by intake.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePath
from typing import BinaryIO, Final

from keyferry.model.errors import foreign

MAX_BYTES: Final = 32 * 1024 * 1024  # of one file
MAX_CHARACTERS: Final = 128 * 1024 * 1024  # of all of them together
MAX_FILES: Final = 10_000
STDIN: Final = "-"
_PIECE: Final = 256 * 1024
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text, and the name of what it is from as users know it."""

    name: str
    text: str


class Unreadable(Exception):
    """What keeps a text from being read, with a remedy. `line` is 0 where it is none of a line."""

    def __init__(self, name: str, message: str, remedy: str, *, line: int = 0) -> None:
        super().__init__(name, message)
        self.name = name
        self.message = message
        self.remedy = remedy
        self.line = line


class Budget:
    """What all texts of an estate may have together, in characters."""

    def __init__(self, left: int = MAX_CHARACTERS) -> None:
        self._left = left

    def spend(self, text: Text) -> Text:
        """Return a text that there is still room for; Unreadable where there is not."""
        self._left -= len(text.text)
        if self._left < 0:
            raise Unreadable(text.name, "is more than an estate can have", "part the estate into several")
        return text


def of_file(path: Path) -> Text:
    """Return the text of one file. Unreadable where there is none."""
    try:
        if path.exists() and not path.is_file():
            raise Unreadable(str(path), "is no file", "name a file")
        with path.open("rb") as file:
            return of_stream(str(path), file)
    except OSError as refusal:
        raise Unreadable(str(path), f"cannot be read: {_why(refusal)}", "correct the path") from None


def of_stream(name: str, stream: BinaryIO) -> Text:
    """Return the text of an open file, or of standard input. Unreadable where it is none."""
    content = bytearray()
    while len(content) <= MAX_BYTES and (piece := stream.read(_PIECE)):
        content += piece
    if len(content) > MAX_BYTES:
        raise Unreadable(name, f"is larger than {MAX_BYTES >> 20} MiB", "part it into several files")
    try:
        return Text(name=name, text=content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable(name, "is no text", "write it in UTF-8") from None


def of_variable(name: str, environ: Mapping[str, str]) -> Text:
    """Return the text of an environment variable. Unreadable where it is not set, or empty."""
    text = environ.get(name, "")
    if not text.strip():
        raise Unreadable(f"${name}", "is not set in the environment", "export it, or correct --sites-from-env")
    return Text(name=f"${name}", text=text)


def of_glob(pattern: str, estate: Path, most: int = MAX_FILES) -> list[Path] | str:
    """Return the files that a glob beside the estate's file means, in order of name; or why there are none.

    The estate's own file is none of them. A relative one leads to nothing outside of the estate's folder.
    """
    glob, folder = PurePath(pattern), estate.parent
    is_relative = not glob.is_absolute()
    if is_relative and ".." in glob.parts:
        return "leads out of the estate's folder"
    if not glob.name or any("**" in part and part != "**" for part in glob.parts):
        return "is no glob: ** stands alone between two /, and something must be named"
    try:
        matches = list(islice(_matches(glob, folder), most + 1))
        own = estate.resolve()
        found = [path for path in sorted(matches) if path.is_file() and path.resolve() != own]
    except OSError as refusal:  # a name that is too long, a folder that may not be entered
        return f"cannot be looked for: {_why(refusal)}"
    if len(matches) > most:
        return f"means more than {most} files"
    strayed = [path for path in found if is_relative and not path.resolve().is_relative_to(folder.resolve())]
    if strayed:
        return f'means "{foreign(strayed[0].name)}", a link out of the estate\'s folder'
    return found or "means no file"


def once(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield each file once, also where several globs mean it."""
    seen: set[Path] = set()
    for path in paths:
        resolved = path.resolve()
        if resolved not in seen:
            seen.add(resolved)
            yield path


def _matches(glob: PurePath, folder: Path) -> Iterator[Path]:
    """Walk through no links, and find nothing hidden but by a name that begins with a dot itself."""
    base = Path(glob.anchor) if glob.anchor else folder
    shows_hidden = any(part.startswith(".") for part in glob.parts)
    for path in base.glob(str(glob.relative_to(glob.anchor))):
        if shows_hidden or not any(part.startswith(".") for part in path.relative_to(base).parts):
            yield path


def _why(refusal: OSError) -> str:
    return foreign(refusal.strerror or "the system refuses")
