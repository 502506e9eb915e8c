"""An estate's files become one Estate, or one error that names file and line of everything that is wrong.

Called by the command line. Reads keyferry.yaml, the files that its `siteFiles` mean, and sites from a further file,
standard input or an environment variable; all of them YAML or JSON.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

from keyferry.provision import collecting, intake_documents, intake_lines, intake_texts
from keyferry.provision.intake_documents import Document
from keyferry.provision.intake_lines import InvalidFiles, Line
from keyferry.provision.intake_texts import STDIN, Text, Unreadable
from keyferry.spec.estate import parsing
from keyferry.spec.estate.estate import Estate
from keyferry.spec.estate.origins import InvalidEstate, Origin, Placed, SiteSource
from keyferry.spec.problems import Problem

_OWN: Final = Origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """An estate, and a line for each thing that works though somebody should look at it."""

    estate: Estate
    warnings: tuple[str, ...]


def load(
    path: Path, *, sites: str | None, sites_variable: str | None, stdin: BinaryIO, environ: Mapping[str, str]
) -> Estate:
    """Return the estate of a file, with the sites of what else was named: a file or `-`, an environment variable.

    SpecError tells everything that is wrong, with lines.
    """
    return read(path, sites=sites, sites_variable=sites_variable, stdin=stdin, environ=environ).estate


def read(
    path: Path, *, sites: str | None, sites_variable: str | None, stdin: BinaryIO, environ: Mapping[str, str]
) -> Loaded:
    """Return what `load` does, with warnings."""
    with collecting.paused():
        return _read(path, sites, sites_variable, stdin, environ)


def _read(
    path: Path, sites: str | None, sites_variable: str | None, stdin: BinaryIO, environ: Mapping[str, str]
) -> Loaded:
    gathered = _Gathered(path)
    document = gathered.open_estate()
    for file in gathered.files_of(document):
        gathered.take(partial(intake_texts.of_file, file))
    if sites == STDIN:
        gathered.take(partial(intake_texts.of_stream, STDIN, stdin))
    elif sites is not None:
        gathered.take(partial(intake_texts.of_file, Path(sites)))
    if sites_variable is not None:
        gathered.take(partial(intake_texts.of_variable, sites_variable, environ))
    return gathered.parsed(document)


class _Gathered:
    """What was read so far, and what is wrong with it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._budget = intake_texts.Budget()
        self._opened: dict[str, Sequence[Document]] = {}
        self._sources: list[SiteSource] = []
        self._wrong: list[Line] = []

    def open_estate(self) -> Mapping[str, Any]:
        """Return the document of the estate's own file."""
        try:
            text = intake_texts.of_file(self._path)
            found = self._opened[_OWN.file] = intake_documents.documents(text)
            return intake_documents.estate(text.name, found)
        except Unreadable as refusal:
            raise InvalidFiles(str(self._path), [intake_lines.of_unreadable(refusal)]) from None

    def files_of(self, document: Mapping[str, Any]) -> Iterator[Path]:
        """Yield the files that `siteFiles` mean, each once; note globs that mean none."""
        spec = document.get("spec")
        globs = spec.get("siteFiles") if isinstance(spec, Mapping) else None
        found: list[Path] = []
        for index, pattern in enumerate(globs if isinstance(globs, list) else ()):
            if not isinstance(pattern, str) or not pattern:
                continue  # of which the parser tells
            files = intake_texts.of_glob(pattern, self._path)
            if isinstance(files, str):
                problem = Problem(path=f"spec.siteFiles[{index}]", message=files, remedy="correct or remove it")
                self._wrong += self._lines((Placed(origin=_OWN, problem=problem),))
            else:
                found += files
        return intake_texts.once(found)

    def take(self, read: Callable[[], Text]) -> None:
        """Take the sites of a text; note why it cannot be read."""
        try:
            text = self._budget.spend(read())
            found = self._opened[text.name] = intake_documents.documents(text)
            self._sources += intake_documents.sites(text.name, found)
        except Unreadable as refusal:
            self._wrong.append(intake_lines.of_unreadable(refusal))

    def parsed(self, document: Mapping[str, Any]) -> Loaded:
        """Return the estate; raise everything that is wrong."""
        try:
            reading = parsing.read(document, self._sources)
        except InvalidEstate as refusal:
            raise InvalidFiles(str(self._path), [*self._lines(refusal.placed), *self._wrong]) from None
        if self._wrong:
            raise InvalidFiles(str(self._path), self._wrong)
        return Loaded(estate=reading.estate, warnings=intake_lines.in_order(self._lines(reading.warnings)))

    def _lines(self, placed: Sequence[Placed]) -> list[Line]:
        return intake_lines.of_placed(placed, self._opened, str(self._path))
