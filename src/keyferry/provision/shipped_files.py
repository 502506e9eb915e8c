"""The files of a folder of deploy/, as values: what belongs to it, and nothing that a tool left there."""

from collections.abc import Iterator
from pathlib import Path

from keyferry.provision import shipped
from keyferry.provision.tree import Files


def below(name: str, suffix: str = "") -> Files:
    """Return the files of the folder `name` of deploy/, by paths below it; those that end so alone."""
    folder = shipped.find(name)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in _files(folder, suffix)}


def _files(folder: Path, suffix: str) -> Iterator[Path]:
    for path in sorted(folder.rglob(f"*{suffix}")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(".") and part != ".helmignore" for part in parts):
            yield path
