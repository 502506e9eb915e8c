"""What is wrong with an estate's files as lines: `file:line: path: what (remedy)`. Called by intake."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from keyferry.model.errors import SpecError
from keyferry.provision.intake_documents import Document
from keyferry.provision.intake_texts import Unreadable
from keyferry.spec.estate.origins import Placed

SHOWN: Final = 50  # lines of one error; `InvalidFiles.lines` has them all


class Line(NamedTuple):
    """Something to say of a file. `number` is 0 where it is of no line."""

    file: str
    number: int
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.number}" if self.number else self.file
        return _printable(f"{place}: {self.text}")


class InvalidFiles(SpecError):
    """A `SpecError` that keeps a line for each thing that is wrong, in the order of the files and their lines."""

    def __init__(self, estate: str, found: Sequence[Line]) -> None:
        lines = in_order(found)
        more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
        count = "a problem" if len(lines) == 1 else f"{len(lines):,} problems"
        super().__init__(
            what=f"the estate in {_printable(estate)} has {count}",
            cause="\n".join([*lines[:SHOWN], *more]),
            remedy="edit what stands there, and run the command again: nothing was written or changed",
        )
        self.lines = lines


def of_unreadable(refusal: Unreadable) -> Line:
    """Return the line of a text that could not be read."""
    return Line(refusal.name, refusal.line, f"{refusal.message} ({refusal.remedy})")


def of_placed(placed: Sequence[Placed], opened: Mapping[str, Sequence[Document]], estate: str) -> list[Line]:
    """Return a line for each problem or warning.

    `opened` has the documents by the files of origins; `estate` is what the estate's own file is called.
    """
    return [_line(each, opened[each.origin.file][each.origin.document], estate) for each in placed]


def in_order(lines: Sequence[Line]) -> tuple[str, ...]:
    """Return the lines in the order in which their files came, and within one in that of its lines."""
    files = {file: index for index, file in enumerate(dict.fromkeys(line.file for line in lines))}
    return tuple(str(line) for line in sorted(lines, key=lambda line: (files[line.file], line.number)))


def _line(each: Placed, document: Document, estate: str) -> Line:
    problem = each.problem
    path = f"{problem.path}: " if problem.path else ""
    remedy = f" ({problem.remedy})" if problem.remedy else ""
    return Line(each.origin.file or estate, document.line_of(problem.path), f"{path}{problem.message}{remedy}")


def _printable(text: str) -> str:
    """Let nothing that stands in a file, or in its name, steer the terminal."""
    return text if text.isprintable() else "".join(each if each.isprintable() else "�" for each in text)
