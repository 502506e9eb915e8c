"""What was written, field by field: checked on its own, and with its place, so that later checks can name it.

Called by parsing; read by what makes types of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from keyferry.spec import checking
from keyferry.spec.estate.fields import estate as fields
from keyferry.spec.estate.fields import site as site_fields
from keyferry.spec.estate.origins import Origin, Placed, SiteSource
from keyferry.spec.problems import Problem, Problems
from keyferry.spec.schema import Node

_VALUE: Final = re.compile(r"secrets\[[0-9]+\]\.(value|values|secretValue|password|data|stringData)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A part of a document: its fields, of which wrong ones are left out, and where it stands."""

    content: Mapping[str, Any]
    origin: Origin
    path: str

    def has(self, name: str) -> bool:
        """Whether the field was written, or has a default."""
        return name in self.content

    def part(self, name: str) -> "Draft":
        """Return the mapping under a field; where there is none, an empty one."""
        return Draft(content=self.content.get(name, {}), origin=self.origin, path=_joined(self.path, name))

    def parts(self, name: str) -> list["Draft"]:
        """Return the mappings of a list under a field."""
        path = _joined(self.path, name)
        return [
            Draft(content=entry, origin=self.origin, path=f"{path}[{index}]")
            for index, entry in enumerate(self.content.get(name, ()))
        ]

    def text(self, name: str, default: str = "") -> str:
        """Return the text of a field."""
        return str(self.content.get(name, default))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a list."""
        return tuple(self.content.get(name, ()))

    def number(self, name: str, default: int = 0) -> int:
        """Return the number of a field."""
        return int(self.content.get(name, default))

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return the flag of a field."""
        return bool(self.content.get(name, default))


class Notes:
    """A growing list of what is to be said of all documents; nothing is said twice of one place."""

    def __init__(self) -> None:
        self._found: dict[Placed, None] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    @property
    def found(self) -> tuple[Placed, ...]:
        """Return what was noted so far, in order."""
        return tuple(self._found)

    def add(self, part: Draft, path: str, message: str, remedy: str = "") -> None:
        """Note something of a part, at `path` below it, or with "" of the part itself."""
        problem = Problem(path=_joined(part.path, path), message=message, remedy=remedy)
        self._found[Placed(origin=part.origin, problem=problem)] = None

    def take(self, origin: Origin, problems: Problems) -> None:
        """Note the problems of one document."""
        for problem in problems.found:
            self._found[Placed(origin=origin, problem=_worded(problem))] = None


def of_document(document: Mapping[str, object], notes: Notes) -> Draft:
    """Return keyferry.yaml as a draft, with every problem of single fields noted."""
    return _checked(fields.WHOLE, document, SiteSource(content=document, origin=Origin()), notes)


def of_site(source: SiteSource, notes: Notes) -> Draft:
    """Return a site of another file as a draft, with every problem of its fields noted."""
    return _checked(site_fields.SITE, source.content, source, notes)


def _checked(node: Node, content: object, source: SiteSource, notes: Notes) -> Draft:
    problems = Problems()
    checked = checking.check(node, content, source.path, problems)
    notes.take(source.origin, problems)
    return Draft(content=checked, origin=source.origin, path=source.path)


def _worded(problem: Problem) -> Problem:
    """Let paths begin with a field, and say of a value that it must not be there, not that no field is named so."""
    path = problem.path.removeprefix(".")
    if not _VALUE.search(path):
        return replace(problem, path=path)
    return replace(
        problem,
        path=path,
        message="holds a value, and no value may stand in this file, which is stored, reviewed and copied",
        remedy="remove it, also from the history of the file, put a new value into the vault: `az keyvault secret set`",
    )


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name
