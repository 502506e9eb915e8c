"""What is wrong with an estate's files as lines: `file:line: path: what (remedy)`. Called by intake."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import yaml

from keyferry.kube import yaml_documents, yaml_lines
from keyferry.model.errors import SpecError
from keyferry.provision.intake_texts import Unreadable
from keyferry.spec.estate.origins import Origin, Placed

SHOWN: Final = 50  # lines of one error; `InvalidFiles.lines` has them all


class InvalidFiles(SpecError):
    """A `SpecError` that keeps a line for each thing that is wrong."""

    def __init__(self, name: str, lines: Sequence[str]) -> None:
        more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
        count = "a problem" if len(lines) == 1 else f"{len(lines):,} problems"
        super().__init__(
            what=f"the estate {printable(name)} has {count}",
            cause="\n".join([*lines[:SHOWN], *more]),
            remedy="edit what stands there, and run the command again: nothing was written or changed",
        )
        self.lines = tuple(lines)


def of_unreadable(refusal: Unreadable) -> str:
    """Return the line of a text that could not be read."""
    place = f"{refusal.name}:{refusal.line}" if refusal.line else refusal.name
    return printable(f"{place}: {refusal.message} ({refusal.remedy})")


def of_placed(placed: Sequence[Placed], texts: Mapping[str, str], name: str) -> list[str]:
    """Return a line for each problem or warning.

    `texts` are by the files of origins; `name` is what the estate's own is called.
    """
    by_origin: dict[Origin, list[str]] = defaultdict(list)
    for each in placed:
        by_origin[each.origin].append(each.problem.path)
    lines = {origin: _lines(texts[origin.file], origin.document, paths) for origin, paths in by_origin.items()}
    return [_line(each, lines[each.origin], name) for each in placed]


def printable(text: str) -> str:
    """Let nothing that stands in a file, or in its name, steer the terminal."""
    return text if text.isprintable() else "".join(each if each.isprintable() else "�" for each in text)


def _line(each: Placed, lines: Mapping[str, int], name: str) -> str:
    problem = each.problem
    path = f"{problem.path}: " if problem.path else ""
    remedy = f" ({problem.remedy})" if problem.remedy else ""
    return printable(f"{each.origin.file or name}:{lines[problem.path]}: {path}{problem.message}{remedy}")


def _lines(text: str, document: int, paths: Sequence[str]) -> dict[str, int]:
    node = _node(text, document)
    return {path: 1 if node is None else yaml_lines.place_of(node, path).line for path in paths}


def _node(text: str, document: int) -> yaml.Node | None:
    loader = yaml_documents.opened(text)
    try:
        for _ in range(document):
            loader.check_node()
            loader.get_node()
        return loader.get_node() if loader.check_node() else None
    finally:
        loader.dispose()
