"""The documents of files, folders and standard input, and what could not be read of them, each with its place.

One file that is none does not keep the others from being read. Called by cli.checking.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

import yaml

from keyferry.cli import manifest_folders
from keyferry.cli.manifest_folders import STDIN
from keyferry.kube import yaml_lines
from keyferry.kube.yaml_lines import Place
from keyferry.model.errors import foreign

MAX_BYTES: Final = 32 * 1024 * 1024  # of one file
MAX_BYTES_TOGETHER: Final = 256 * 1024 * 1024
_PIECE: Final = 256 * 1024
_SOURCE: Final = "# Source: "
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A file, or the rest of it, that could not be read. `line` is 0 where it is none of a line."""

    file: str
    line: int = 0
    message: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One object. `document` counts those of its file; `prefix` leads to it in a List, as `items[2].`.

    `source` is the template that Helm says it is from, "" where it says none.
    """

    document: int
    prefix: str
    content: Mapping[str, Any]
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file, and what stands in it. `-` is standard input."""

    name: str
    text: str = ""
    manifests: tuple[Manifest, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def folder(self) -> str:
        """Where the file is: documents of one folder that leave their namespace open go to the same one."""
        return str(Path(self.name).parent) if self.name != STDIN else STDIN

    def places(self, wanted: Sequence[tuple[Manifest, str]]) -> list[Place]:
        """Return where the path of each object stands."""
        found = [Place(1, 1)] * len(wanted)
        by_document: dict[int, list[int]] = defaultdict(list)
        for index, (manifest, _) in enumerate(wanted):
            by_document[manifest.document].append(index)
        last = max(by_document, default=-1)
        for number, node in enumerate(islice(yaml_lines.nodes(self.text), last + 1)):
            for index in by_document[number]:
                manifest, path = wanted[index]
                found[index] = yaml_lines.place_of(node, manifest.prefix + path)
        return found


def read(names: Sequence[Path], each: Callable[[], None] = lambda: None) -> Iterator[File]:
    """Yield every file named, and every manifest below a folder that is named, in a stable order.

    `each` is called after each document.
    """
    left = MAX_BYTES_TOGETHER
    for path, is_named in manifest_folders.paths(names):
        text = _text(path, left)
        if isinstance(text, Unread):
            yield File(name=str(path), unread=(text,))
        elif is_named or "kind" in text:  # a folder has other YAML and JSON, too
            left -= len(text)
            yield _parsed(str(path), text, each)


def _text(path: Path, left: int) -> str | Unread:
    name, limit = str(path), min(MAX_BYTES, left)
    try:
        content = _content(path, limit + 1)
    except OSError as refusal:
        cause = foreign(refusal.strerror or "")
        return Unread(file=name, message=f"cannot be read: {cause}", remedy="correct the path")
    if len(content) > limit:
        size = f"larger than {MAX_BYTES >> 20}" if limit == MAX_BYTES else f"beyond {MAX_BYTES_TOGETHER >> 20}"
        return Unread(file=name, message=f"is {size} MiB of manifests", remedy="name manifests, in several runs")
    try:
        return content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError:
        return Unread(file=name, message="is no text", remedy="name manifests in UTF-8")


def _content(path: Path, limit: int) -> bytes:
    if str(path) == STDIN:
        return _read(sys.stdin.buffer, limit)
    with path.open("rb") as file:
        return _read(file, limit)


def _read(file: BinaryIO, limit: int) -> bytes:
    """Read piece by piece: what is asked for at once is made room for at once, and most files are small."""
    content = bytearray()
    while len(content) < limit and (piece := file.read(min(_PIECE, limit - len(content)))):
        content += piece
    return bytes(content)


def _parsed(name: str, text: str, each: Callable[[], None]) -> File:
    """A mistake hides what comes after it in the file: where documents part is no longer sure."""
    manifests: list[Manifest] = []
    lines = text.splitlines() if _SOURCE in text else []
    try:
        for number, document in enumerate(yaml_lines.documents(text)):
            source = _source(lines[: document.line_of("") - 1]) if lines else ""
            manifests += _members(Manifest(document=number, prefix="", content=document.content, source=source))
            each()
    except (yaml.YAMLError, RecursionError) as refusal:
        unread = (_mistake(name, refusal),)
        return File(name=name, text=text, manifests=tuple(manifests), unread=unread)
    return File(name=name, text=text, manifests=tuple(manifests))


def _mistake(name: str, refusal: Exception) -> Unread:
    mistake = yaml_lines.mistake(refusal)
    return Unread(
        file=name,
        line=mistake.line,
        message=f"is no YAML: {mistake.why}",
        remedy="correct it; templates of Helm are checked rendered: helm template CHART | keyferry check -",
    )


def _source(lines: Sequence[str]) -> str:
    """Return what a comment of Helm says right before a document."""
    for line in reversed(lines):
        if line.startswith(_SOURCE):
            return line.removeprefix(_SOURCE).strip()
        if line.strip() and not line.startswith("#"):
            break
    return ""


def _members(manifest: Manifest) -> Iterator[Manifest]:
    """Yield the object, or the items of a List, whose kind and version they have where they say none."""
    kind, items = manifest.content.get("kind"), manifest.content.get("items")
    if not (isinstance(kind, str) and kind.endswith("List") and isinstance(items, list)):
        yield manifest
        return
    version = manifest.content.get("apiVersion")
    given = {"kind": kind.removesuffix("List"), "apiVersion": version} if kind != "List" else {}
    for index, item in enumerate(items):
        if isinstance(item, dict):
            yield from _members(replace(manifest, prefix=f"{manifest.prefix}items[{index}].", content=given | item))
