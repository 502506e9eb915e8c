"""What a rule is, and what it finds. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from keyferry.advice.surroundings import Surroundings

Document: TypeAlias = Mapping[str, Any]


class Severity(StrEnum):
    """How sure it is that something is wrong: an ERROR does not work, a WARNING works and will hurt."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`name` is what `--enforce` and `--explain` take. `why` tells what happens, `remedy` what to write instead.

    `example` is YAML that is right. `source` is the page that the fact is from, "" where it is ours.
    """

    name: str
    title: str
    severity: Severity
    why: str
    remedy: str
    example: str = ""
    source: str = ""

    def found(self, path: str, message: str, remedy: str = "") -> "Finding":
        """Return a finding of this rule, with its own remedy where none fits better."""
        return Finding(rule=self, path=path, message=message, remedy=remedy or self.remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place that a rule does not like: `path` as `spec.template.spec.volumes[0].csi`, and what is wrong there.

    `message` and `remedy` name the things of this very document, and never a value that may be secret.
    """

    rule: Rule
    path: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return (
            f"{self.path}: {self.message}. To mend it: {self.remedy}" if self.remedy else f"{self.path}: {self.message}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A rule with the kinds that it looks at, as `Pod`, of any API group, and how it looks.

    `find` takes a document that may hold anything at any place but a mapping at its top; it raises nothing.
    `others` are further rules of which the same look has findings.
    """

    rule: Rule
    kinds: frozenset[str]
    find: Callable[[Document, Surroundings], Iterable[Finding]]
    others: tuple[Rule, ...] = ()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule that it can have findings of."""
        return (self.rule, *self.others)
