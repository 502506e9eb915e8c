"""Everything wrong with a document is told at once: each place with what is wrong there and how to mend it.

Called by every parser of this package; the list ends as one `SpecError`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from keyferry.model.errors import SpecError, Where

TOLD: Final = 10  # problems that the error's own text lists; `InvalidDocument.problems` has them all


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One wrong place: `path` as `spec.data[0].remoteRef.key`, what is wrong there, and what to write instead.

    `is_ours`: upstream admits such a document, so an admission may warn of it and not refuse it.
    """

    path: str
    message: str
    remedy: str = ""
    is_ours: bool = False

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What an admission says of a document: `problems` refuse it, `warnings` do not."""

    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


class InvalidDocument(SpecError):
    """A `SpecError` that keeps the single problems, for faces that print one line for each."""

    def __init__(self, *, what: str, where: Where, problems: tuple[Problem, ...]) -> None:
        super().__init__(what=what, cause=_cause(problems), remedy=_remedy(problems), where=where)
        self.problems = problems


class Problems:
    """A growing list of problems of one document."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._spent = 0

    def __bool__(self) -> bool:
        return bool(self._found)

    def __len__(self) -> int:
        return len(self._found)

    @property
    def found(self) -> tuple[Problem, ...]:
        """Return what was added so far, in order."""
        return tuple(self._found)

    def add(self, path: str, message: str, remedy: str = "", *, is_ours: bool = False) -> None:
        """Note one problem."""
        self._found.append(Problem(path=path, message=message, remedy=remedy, is_ours=is_ours))

    def spend(self, cost: int) -> int:
        """Note what looking at one place costs; return what all of them together have cost."""
        self._spent += cost
        return self._spent

    def raise_if_any(self, *, kind: str, namespace: str, name: str) -> None:
        """Raise `InvalidDocument` with every problem noted, or return when there is none."""
        if not self._found:
            return
        where = Where(kind=kind, name=name, namespace=namespace, path=self._found[0].path)
        full_name = f"{namespace}/{name}" if namespace else name
        raise InvalidDocument(what=f"{kind} {full_name} is invalid", where=where, problems=self.found)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the question `did you mean "x"?` for a near miss, or "" when nothing known is near."""
    by_fold = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.7)
    return f'did you mean "{by_fold[near[0]]}"?' if near else ""


def _cause(problems: tuple[Problem, ...]) -> str:
    """Return the first problems, and how many there are more: a status has no room for ten thousand."""
    more = f"; and {len(problems) - TOLD} more" if len(problems) > TOLD else ""
    return "; ".join(str(problem) for problem in problems[:TOLD]) + more


def _remedy(problems: tuple[Problem, ...]) -> str:
    """Return the remedies, each with its place where there are several problems."""
    if len(problems) == 1:
        return problems[0].remedy
    return "; ".join(f"{problem.path}: {problem.remedy}" for problem in problems[:TOLD] if problem.remedy)
