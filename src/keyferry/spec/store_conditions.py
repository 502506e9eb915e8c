"""Which namespaces may use a ClusterSecretStore: `spec.conditions`, as upstream's operator reads them. Pure.

https://external-secrets.io/latest/api/clustersecretstore/: one entry must fit, and an entry fits by any of its fields.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from keyferry.spec import label_selectors, regexps
from keyferry.spec.label_selectors import LabelSelector
from keyferry.spec.problems import Problems

PATH: Final = "spec.conditions"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceCondition:
    """One entry. An entry without any field fits nothing; a pattern is searched, not matched whole."""

    names: frozenset[str] = frozenset()
    selector: LabelSelector | None = None
    patterns: tuple[str, ...] = ()

    def fits(self, namespace: str, labels: Mapping[str, str]) -> bool:
        """Tell whether a namespace with these labels fits."""
        return (
            namespace in self.names
            or (self.selector is not None and self.selector.fits(labels))
            or any(regexps.compile(pattern).found_in(namespace) for pattern in self.patterns)
        )


def allow(conditions: tuple[NamespaceCondition, ...], namespace: str, labels: Mapping[str, str]) -> bool:
    """Tell whether a namespace may use a store of these conditions: any may where there are none."""
    return not conditions or any(condition.fits(namespace, labels) for condition in conditions)


def check(entries: Sequence[Mapping[str, Any]], problems: Problems) -> None:
    """Note what is wrong in entries whose types and patterns were checked before."""
    for index, entry in enumerate(entries):
        found = Problems()
        label_selectors.check(entry.get("namespaceSelector", {}), f"{PATH}[{index}].namespaceSelector", found)
        for problem in found.found:  # upstream meets them at each use
            problems.add(problem.path, problem.message, problem.remedy, is_ours=True)


def parse(entries: Sequence[Mapping[str, Any]]) -> tuple[NamespaceCondition, ...]:
    """Return the conditions of entries that `check` found nothing wrong with."""
    return tuple(
        NamespaceCondition(
            names=frozenset(entry.get("namespaces", ())),
            selector=label_selectors.parse(entry["namespaceSelector"]) if "namespaceSelector" in entry else None,
            patterns=tuple(entry.get("namespaceRegexes", ())),
        )
        for entry in entries
    )
