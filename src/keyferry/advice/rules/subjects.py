"""Names that make the subject of a token, held against the federated credentials that are known. Pure.

Entra compares `system:serviceaccount:<namespace>:<name>` to the letter, upper and lower case included:
https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from keyferry.advice.near import is_slip, near
from keyferry.advice.rule import Check, Document, Finding, Rule, Severity
from keyferry.advice.rules.labels import LABELLED, asks
from keyferry.advice.surroundings import Surroundings
from keyferry.advice.words import quoted
from keyferry.advice.workloads import WORKLOADS, mapping, template_of, text
from keyferry.model.wellknown import CLIENT_ID_ANNOTATION

_ACCOUNT: Final = "ServiceAccount"
_ANSWERS: Final = 4096
_PREFIX: Final = "system:serviceaccount:"
_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")

UPPER_CASE: Final = Rule(
    name="name-in-upper-case",
    title="A namespace or ServiceAccount has upper-case letters",
    severity=Severity.ERROR,
    why=(
        "Names in Kubernetes have none, so the API server refuses it; and a federated credential that was made for "
        "such a name never fits, because Entra compares to the letter."
    ),
    remedy="write the name in lower case",
    example=LABELLED,
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
)
SUBJECT: Final = Rule(
    name="subject",
    title="No federated credential is for this subject, and one is for a subject that is nearly the same",
    severity=Severity.WARNING,
    why=(
        "Entra gives an access token when the subject of the pod's token is that of a federated credential, to the "
        "letter. One wrong character is AADSTS700213, which reads like missing permissions on the vault."
    ),
    remedy="use the name that the federated credential has, or add one for this subject",
    example=f"""\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: api
  namespace: apps
  annotations:
    {CLIENT_ID_ANNOTATION}: 5ec0a4b2-94f5-4c1b-a6a2-3c1bb3a3b8d1
""",
    source="https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations",
)


@dataclass(frozen=True, slots=True)
class _Place:
    """A ServiceAccount that a document names, and where."""

    path: str
    namespace: str
    name: str


def _upper_case(document: Document, _: Surroundings) -> Iterator[Finding]:
    metadata = mapping(document.get("metadata"))
    places = [("metadata.namespace", text(metadata.get("namespace")))]
    template = template_of(document)
    if document.get("kind") == _ACCOUNT:
        places.append(("metadata.name", text(metadata.get("name"))))
    elif template is not None:
        places.append((template.at("spec.serviceAccountName"), template.service_account))
    for path, name in places:
        if name != name.lower() and _NAME.fullmatch(name):
            yield UPPER_CASE.found(path, f"{quoted(name)} has upper-case letters", f"write {quoted(name.lower())}")


def _subject(document: Document, surroundings: Surroundings) -> Iterator[Finding]:
    place = _place(document) if surroundings.subjects else None
    if place is None or f"{_PREFIX}{place.namespace}:{place.name}" in surroundings.subjects:
        return
    meant = _Subjects.of(surroundings.subjects).near(place.namespace, place.name)
    if not meant or _are_both_there(place, meant, surroundings):
        return
    yield SUBJECT.found(
        place.path,
        f"no federated credential is for {quoted(f'{place.namespace}:{place.name}')}, and one is for {quoted(meant)}",
    )


def _place(document: Document) -> _Place | None:
    """Return the account whose token is to be traded, with its namespace; None where that is not known, or none is."""
    metadata = mapping(document.get("metadata"))
    namespace = text(metadata.get("namespace"))
    if document.get("kind") == _ACCOUNT:
        found = _Place("metadata.name", namespace, text(metadata.get("name")))
        return found if CLIENT_ID_ANNOTATION in mapping(metadata.get("annotations")) and namespace else None
    template = template_of(document)
    if template is None or not asks(template) or not namespace:
        return None
    return _Place(template.at("spec.serviceAccountName"), namespace, template.service_account)


def _are_both_there(place: _Place, meant: str, surroundings: Surroundings) -> bool:
    """Tell whether both are ServiceAccounts, so that neither is a slip."""
    namespace, _, name = meant.partition(":")
    known = surroundings.account
    return known(place.namespace, place.name) is not None and known(namespace, name) is not None


@dataclass(frozen=True, slots=True)
class _Subjects:
    """Subjects by their halves: with one slip, one half or the other is right.

    `answers` are kept, because the pods of one ServiceAccount come again and again.
    """

    names: Mapping[str, tuple[str, ...]]
    namespaces: Mapping[str, tuple[str, ...]]
    by_fold: Mapping[str, str]
    others: tuple[str, ...]
    answers: dict[tuple[str, str], str] = field(default_factory=dict)

    @staticmethod
    @lru_cache(maxsize=4)
    def of(subjects: frozenset[str]) -> "_Subjects":
        """Return them parted, once for each set: there may be thousands, and it is asked for each pod."""
        names: dict[str, list[str]] = {}
        namespaces: dict[str, list[str]] = {}
        others = []
        for subject in sorted(subjects):
            namespace, _, name = subject.removeprefix(_PREFIX).partition(":")
            if not subject.startswith(_PREFIX) or not name:
                others.append(subject)
                continue
            names.setdefault(namespace, []).append(name)
            namespaces.setdefault(name, []).append(namespace)
        return _Subjects(
            {key: tuple(found) for key, found in names.items()},
            {key: tuple(found) for key, found in namespaces.items()},
            {subject.casefold(): subject for subject in subjects},
            tuple(others),
        )

    def near(self, namespace: str, name: str) -> str:
        """Return the subject that was probably meant, as `apps:reader`, or as it is where its form is wrong."""
        if len(self.answers) >= _ANSWERS:
            self.answers.clear()
        if (namespace, name) not in self.answers:
            self.answers[namespace, name] = self._near(namespace, name)
        return self.answers[namespace, name]

    def _near(self, namespace: str, name: str) -> str:
        wanted = f"{_PREFIX}{namespace}:{name}"
        if folded := self.by_fold.get(wanted.casefold()):
            return folded.removeprefix(_PREFIX)
        if meant := near(name, self.names.get(namespace, ())):
            return f"{namespace}:{meant}"
        if meant := near(namespace, self.namespaces.get(name, ())):
            return f"{meant}:{name}"
        return next((other for other in self.others if other.strip() == wanted or is_slip(other, wanted)), "")


CHECKS: Final = (
    Check(rule=UPPER_CASE, kinds=WORKLOADS | {_ACCOUNT}, find=_upper_case),
    Check(rule=SUBJECT, kinds=WORKLOADS | {_ACCOUNT}, find=_subject),
)
