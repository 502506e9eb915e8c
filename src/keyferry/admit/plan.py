"""Whether an object is stored, and the warnings that `kubectl` shows. Pure.

Upstream's webhook looks at three kinds, and what it refuses is refused here. Of the other kinds, and of what keyferry
asks on top, there are warnings alone: every manifest that upstream takes is taken.
Source: https://external-secrets.io/latest/api/components/
"""

from collections.abc import Mapping
from typing import Any, Final

from keyferry.admit.verdict import Verdict
from keyferry.advice import consent, reviewing
from keyferry.advice.surroundings import Surroundings
from keyferry.kube.wire.admission import Question
from keyferry.kube.wire.objects import Key
from keyferry.spec.problems import TOLD, Problem

REFUSED: Final = frozenset({"ExternalSecret", "SecretStore", "ClusterSecretStore"})


def account_of(question: Question) -> Key | None:
    """Return the ServiceAccount of whose owner `plan` must know whether it consents, None where there is none."""
    return None if question.object is None else consent.borrowed(question.object)


def plan(question: Question, around: Surroundings) -> Verdict:
    """Return the verdict on what an API server asks, in the light of what is known around it.

    Deletions pass, and so does every change of an object that is being deleted or whose spec stays as it is: nobody is
    kept from removing a finalizer by a mistake that was stored long ago.
    """
    document = question.object
    if document is None or question.operation not in ("CREATE", "UPDATE") or question.sub_resource:
        return Verdict()
    review = reviewing.review(document)
    if review is None:
        return Verdict()
    refuses = question.kind.kind in REFUSED and not _is_let_go(document) and not _is_as_before(question)
    refused = tuple(problem for problem in review.problems if refuses and not problem.is_ours)
    unsaid = frozenset({consent.PATH}) if consent.is_given(document, around) else frozenset[str]()
    warnings = (problem for problem in review.warnings if problem.path not in unsaid)
    told = (problem for problem in (*review.problems, *warnings) if problem not in refused and not _is_served(problem))
    return Verdict(refusal=_refusal(refused), warnings=tuple(_text(problem) for problem in told))


def _is_served(problem: Problem) -> bool:
    """An older version is warned of by its CustomResourceDefinition already."""
    return problem.path == "apiVersion"


def _is_let_go(document: Mapping[str, Any]) -> bool:
    metadata = document.get("metadata")
    return isinstance(metadata, Mapping) and bool(metadata.get("deletionTimestamp"))


def _is_as_before(question: Question) -> bool:
    before = question.old_object
    return before is not None and question.object is not None and before.get("spec") == question.object.get("spec")


def _refusal(problems: tuple[Problem, ...]) -> str:
    more = f"; and {len(problems) - TOLD} more" if len(problems) > TOLD else ""
    return "; ".join(_text(problem) for problem in problems[:TOLD]) + more


def _text(problem: Problem) -> str:
    return f"{problem}. To mend it: {problem.remedy}" if problem.remedy else str(problem)
