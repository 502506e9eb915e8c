"""Where each part of an estate was written, and the one error that tells everything wrong with it by its place.

An estate may be in several files: keyferry.yaml, and those with more sites.
"""

from dataclasses import dataclass
from typing import Final

from keyferry.model.errors import Where
from keyferry.spec.problems import InvalidDocument, Problem

KIND: Final = "Estate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One document of one file. `file` is as users know it, "" for keyferry.yaml itself; `document` counts from 0."""

    file: str = ""
    document: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSource:
    """One site that stands outside of keyferry.yaml: what was written, and where. `path` leads to it, as `[2]`."""

    content: object
    origin: Origin
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A problem or a warning, and the document that it is in."""

    origin: Origin
    problem: Problem


class InvalidEstate(InvalidDocument):
    """An `InvalidDocument` that keeps the document of each problem, for faces that know their lines."""

    def __init__(self, *, name: str, placed: tuple[Placed, ...]) -> None:
        super().__init__(
            what=f"{KIND} {name} is invalid" if name else f"{KIND} is invalid",
            where=Where(kind=KIND, name=name, path=placed[0].problem.path),
            problems=tuple(each.problem for each in placed),
        )
        self.placed = placed
