"""An estate's files become one Estate, or one error that names file and line of everything that is wrong.

Called by the command line. Reads keyferry.yaml, the files that its `siteFiles` mean, and sites from a further file,
standard input or an environment variable; all of them YAML or JSON.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

from keyferry.provision import intake_documents, intake_places, intake_texts
from keyferry.provision.intake_places import InvalidFiles
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
        self._texts: dict[str, str] = {}
        self._sources: list[SiteSource] = []
        self._lines: list[str] = []

    def open_estate(self) -> Mapping[str, Any]:
        """Return the document of the estate's own file."""
        try:
            text = intake_texts.of_file(self._path)
            self._texts[_OWN.file] = text.text
            return intake_documents.estate(text)
        except Unreadable as refusal:
            raise InvalidFiles(str(self._path), [intake_places.of_unreadable(refusal)]) from None

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
                self._note((Placed(origin=_OWN, problem=problem),))
            else:
                found += files
        return intake_texts.once(found)

    def take(self, read: Callable[[], Text]) -> None:
        """Take the sites of a text; note why it cannot be read."""
        try:
            text = read()
            self._sources += intake_documents.sites(text)
            self._texts[text.name] = text.text
        except Unreadable as refusal:
            self._lines.append(intake_places.of_unreadable(refusal))

    def parsed(self, document: Mapping[str, Any]) -> Loaded:
        """Return the estate; raise everything that is wrong."""
        try:
            reading = parsing.read(document, self._sources)
        except InvalidEstate as refusal:
            self._note(refusal.placed)
        if self._lines:
            raise InvalidFiles(str(self._path), self._lines)
        return Loaded(estate=reading.estate, warnings=tuple(self._told(reading.warnings)))

    def _note(self, placed: tuple[Placed, ...]) -> None:
        self._lines += self._told(placed)

    def _told(self, placed: tuple[Placed, ...]) -> list[str]:
        return intake_places.of_placed(placed, self._texts, str(self._path))
