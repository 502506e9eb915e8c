"""What the rules have to say of a question: warnings, or a refusal where a rule is enforced. Pure; called by advising.

1. What is being deleted, and what changes nothing that rules look at, passes: nobody is bothered about a status.
2. What a workload made is left to the advice on that workload, unless rules are enforced.
3. A finding of an enforced rule refuses, but not what was stored so before: a finalizer can always be removed.
4. All others are warnings, but for those of rules that the document asks to pass over, and for what the validation of
   External Secrets' kinds, or the injection of a pod, says already.
5. A rule that fails is our mistake, and is told of by one warning; only where it is enforced the object is refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from keyferry.admit import injected
from keyferry.admit.verdict import INTERNAL_ERROR, Verdict, refused
from keyferry.advice import consent
from keyferry.advice.judge import RULES, Failure, judgement
from keyferry.advice.rule import Finding
from keyferry.advice.rules import reviewed
from keyferry.advice.suppression import ignored
from keyferry.advice.surroundings import Surroundings
from keyferry.advice.workloads import WORKLOADS, listing, mapping, template_of, text
from keyferry.kube.wire.admission import Question
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import SpecError
from keyferry.model.wellknown import ES_GROUP
from keyferry.spec.problems import TOLD, did_you_mean

_NOTHING_NEW: Final = frozenset({"metadata", "status"})  # beside labels and annotations
_CHANGED: Final = ("labels", "annotations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counsel:
    """The verdict, the names of the rules that had findings (`enforced` refuse, `advised` warn), and what failed."""

    verdict: Verdict
    enforced: tuple[str, ...]
    advised: tuple[str, ...]
    failures: tuple[Failure, ...] = ()


class Counsellor:
    """Advises, and refuses what rules in `enforce` find. SpecError where one of these is none."""

    def __init__(self, enforce: Iterable[str], *, injects: bool = False) -> None:
        """`injects` says that this webhook changes pods, too, and warns of them while it does."""
        self._enforce = frozenset(enforce)
        self._injects = injects
        for name in sorted(self._enforce - RULES.keys()):
            raise SpecError(
                what=f"there is no rule {name!r} to enforce",
                cause=did_you_mean(name, RULES),
                remedy="take names that keyferry check --list-rules prints",
            )

    def document_of(self, question: Question) -> Mapping[str, Any] | None:
        """Return the document that is to be judged, with the namespace where it goes; None where there is none."""
        document = question.object
        if document is None or question.operation not in ("CREATE", "UPDATE") or question.sub_resource:
            return None
        metadata = mapping(document.get("metadata"))
        if metadata.get("deletionTimestamp") or _is_as_before(question.old_object, document):  # (1)
            return None
        if not self._enforce and _is_made_by_a_workload(metadata):  # (2)
            return None
        return document if metadata.get("namespace") else _put_into(question.namespace, document, metadata)

    def account_of(self, document: Mapping[str, Any]) -> Key | None:
        """Return the ServiceAccount of the document's pods, or that a store borrows, None where there is neither."""
        template = template_of(document)
        if template is None or not template.namespace:
            return consent.borrowed(document)
        return Key(namespace=template.namespace, name=template.service_account)

    def counsel(self, document: Mapping[str, Any], before: Mapping[str, Any] | None, around: Surroundings) -> Counsel:
        """Return what is to be said of a document. `before` is how it was stored until now, None where it is new."""
        judged = judgement(document, around)
        found = judged.findings
        refusing = tuple(finding for finding in found if finding.rule.name in self._enforce)
        if refusing and before is not None:  # (3)
            earlier = {_identity(finding) for finding in judgement(before, around).findings}
            refusing = tuple(finding for finding in refusing if _identity(finding) not in earlier)
        said = injected.told(document) if self._injects and before is None else frozenset[str]()
        passed_over = (ignored(document) | _said_elsewhere(document) | said) - self._enforce  # (4)
        advised = tuple(each for each in found if each not in refusing and each.rule.name not in passed_over)
        return Counsel(
            verdict=self._verdict(refusing, advised, judged.failures),
            enforced=tuple(finding.rule.name for finding in refusing),
            advised=tuple(finding.rule.name for finding in advised),
            failures=judged.failures,
        )

    def _verdict(
        self, refusing: tuple[Finding, ...], advised: tuple[Finding, ...], failures: tuple[Failure, ...]
    ) -> Verdict:
        warnings = tuple(_told(finding) for finding in advised)
        if any(rule.name in self._enforce for failure in failures for rule in failure.check.rules):  # (5)
            return refused(INTERNAL_ERROR, _failed(failures))
        told = (_failed(failures), *warnings) if failures else warnings
        return Verdict(refusal=_refusal(refusing), warnings=told, is_failure=bool(failures))


def _put_into(namespace: str, document: Mapping[str, Any], metadata: Mapping[Any, Any]) -> Mapping[str, Any]:
    return {**document, "metadata": {**metadata, "namespace": namespace}}


def _identity(finding: Finding) -> tuple[str, str, str]:
    return finding.rule.name, finding.path, finding.message


def _is_as_before(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> bool:
    if before is None or _judged(before) != _judged(after):
        return False
    earlier, later = mapping(before.get("metadata")), mapping(after.get("metadata"))
    return all(earlier.get(name) == later.get(name) for name in _CHANGED)


def _judged(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in _NOTHING_NEW}


def _is_made_by_a_workload(metadata: Mapping[Any, Any]) -> bool:
    owners = (mapping(owner) for owner in listing(metadata.get("ownerReferences")))
    return any(owner.get("controller") and text(owner.get("kind")) in WORKLOADS for owner in owners)


def _said_elsewhere(document: Mapping[str, Any]) -> frozenset[str]:
    group = text(document.get("apiVersion")).partition("/")[0]
    return reviewed.NAMES if group == ES_GROUP or group.endswith(f".{ES_GROUP}") else frozenset()


def _refusal(findings: tuple[Finding, ...]) -> str:
    more = f"; and {len(findings) - TOLD} more" if len(findings) > TOLD else ""
    return "; ".join(_told(finding) for finding in findings[:TOLD]) + more


def _told(finding: Finding) -> str:
    """Return a finding with its rule's name, which `keyferry check --explain` takes."""
    return f"{finding.rule.name}: {finding}"


def _failed(failures: tuple[Failure, ...]) -> str:
    first = failures[0]
    more = f" and {len(failures) - 1} more" if len(failures) > 1 else ""
    return f"keyferry failed on this object ({first.cause} in rule {first.check.rule.name}{more}); please report it"
