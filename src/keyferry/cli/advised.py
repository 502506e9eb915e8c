"""What `keyferry check` found, and what counts of it: the values that its printed forms are made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from keyferry.advice import parts, suppression
from keyferry.advice.rule import Finding, Rule, Severity
from keyferry.cli.manifest_files import Manifest, Unread
from keyferry.kube.yaml_lines import Place


class Passed(StrEnum):
    """Who had a finding passed over."""

    NOBODY = ""
    ANNOTATION = "annotation"
    FLAG = "--ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which rules count for more, and which for nothing, by the flags."""

    enforced: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()

    def level(self, rule: Rule) -> Severity:
        """Return how much a rule counts."""
        return Severity.ERROR if rule.name in self.enforced else rule.severity

    def passed(self, rule: Rule, document: Mapping[str, Any]) -> Passed:
        """Return who has the rule passed over for a document: nobody where it is enforced."""
        if rule.name in self.enforced:
            return Passed.NOBODY
        if rule.name in self.ignored:
            return Passed.FLAG
        return Passed.ANNOTATION if rule.name in suppression.ignored(document) else Passed.NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised:
    """One finding, with its object and its place; `source` is the template that Helm says the object is from, or ""."""

    finding: Finding
    level: Severity
    passed: Passed
    file: str
    place: Place
    source: str
    kind: str
    namespace: str
    name: str

    @property
    def object(self) -> str:
        """The object's kind and name."""
        name = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {name}".rstrip()

    @property
    def counts(self) -> bool:
        """Whether nobody had it passed over."""
        return self.passed is Passed.NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything found. `checked` is the number of objects that rules look at."""

    checked: int
    advised: tuple[Advised, ...]
    unread: tuple[Unread, ...]

    @property
    def errors(self) -> int:
        """How many findings that count are errors."""
        return sum(each.counts and each.level is Severity.ERROR for each in self.advised)

    @property
    def warnings(self) -> int:
        """How many findings that count are warnings."""
        return sum(each.counts and each.level is Severity.WARNING for each in self.advised)

    def exit_code(self, *, strict: bool) -> int:
        """Return 2 where something could not be read, 1 where something is wrong, 0 else."""
        if self.unread:
            return 2
        return 1 if self.errors or (strict and self.warnings) else 0


def advised(finding: Finding, manifest: Manifest, wish: Wish, file: str, place: Place) -> Advised:
    """Return a finding about an object of a file."""
    document = manifest.content
    return Advised(
        finding=finding,
        level=wish.level(finding.rule),
        passed=wish.passed(finding.rule, document),
        file=file,
        place=place,
        source=manifest.source,
        kind=parts.text(document, "kind"),
        namespace=parts.namespace(document),
        name=parts.name(document) or parts.text(document, "metadata", "generateName"),
    )


def in_order(found: Iterable[Advised]) -> tuple[Advised, ...]:
    """Return findings of one file as they stand in it."""
    return tuple(sorted(found, key=lambda each: each.place))
