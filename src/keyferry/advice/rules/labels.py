"""Where the label stands that asks for workload identity, and what it says. Pure.

The webhook is asked about pods alone, and by the API server, which compares the pod's label with the string "true":
the label of a Deployment, a Namespace or a ServiceAccount and any annotation do nothing, silently.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from keyferry.advice.rule import Check, Document, Finding, Rule, Severity
from keyferry.advice.surroundings import Surroundings
from keyferry.advice.words import quoted
from keyferry.advice.workloads import WORKLOADS, PodTemplate, mapping, template_of
from keyferry.model.wellknown import USE_LABEL

_SOURCE: Final = "https://learn.microsoft.com/azure/aks/workload-identity-overview#pod-labels"
LABELLED: Final = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  template:
    metadata:
      labels:
        azure.workload.identity/use: "true"
    spec:
      serviceAccountName: api
      containers:
        - name: app
          image: registry.example/api:1
"""
_ACCOUNT: Final = """\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: api
  annotations:
    azure.workload.identity/client-id: 5ec0a4b2-94f5-4c1b-a6a2-3c1bb3a3b8d1
"""
_REFUSALS: Final = frozenset({"false", "no", "off", "0"})

PLACE: Final = Rule(
    name="use-label-not-on-pods",
    title="The workload identity label stands on the workload and not on its pods",
    severity=Severity.ERROR,
    why=(
        "The webhook is called for pods that have the label azure.workload.identity/use themselves. A label of the "
        "Deployment is not passed on to its pods, and an annotation is not looked at: the pods start without a token, "
        "and nothing says so."
    ),
    remedy="put the label into the pod template's metadata.labels",
    example=LABELLED,
    source=_SOURCE,
)
VALUE: Final = Rule(
    name="use-label-value",
    title='The workload identity label is not the string "true"',
    severity=Severity.ERROR,
    why=(
        'The API server compares the label with the string "true", to the letter. With any other text the pods start '
        "without a token. Without quotes true, yes and 1 are no strings, and the API server refuses the manifest."
    ),
    remedy='write azure.workload.identity/use: "true", with the quotes',
    example=LABELLED,
    source=_SOURCE,
)
ELSEWHERE: Final = Rule(
    name="use-label-without-effect",
    title="The workload identity label stands on a ServiceAccount or a Namespace",
    severity=Severity.WARNING,
    why=(
        "Early previews of workload identity wanted the label on ServiceAccounts. Since its release 1.0 the webhook "
        "goes by the label of the pod alone, so whoever relies on this one gets pods without a token. An operator may "
        "read it for itself, as that of AKS' application routing does."
    ),
    remedy="put the label on the pod templates that shall have a token",
    example=_ACCOUNT,
    source=_SOURCE,
)


def asks(template: PodTemplate) -> bool:
    """Whether the pods get a token."""
    return template.labels.get(USE_LABEL) == "true"


def misplaced(document: Document, template: PodTemplate) -> Iterator[str]:
    """Yield the paths where the label stands and does nothing, of a document whose pods do not have it."""
    if USE_LABEL in template.labels:
        return
    for path, found in _elsewhere(document, template):
        if USE_LABEL in found and not _declines(found[USE_LABEL]):
            yield f"{path}[{USE_LABEL}]"


def _elsewhere(document: Document, template: PodTemplate) -> Iterator[tuple[str, Mapping[Any, Any]]]:
    if not template.is_pod:
        yield "metadata.labels", mapping(template.own.get("labels"))
    if template.kind == "CronJob":
        job = mapping(mapping(document.get("spec")).get("jobTemplate"))
        yield "spec.jobTemplate.metadata.labels", mapping(mapping(job.get("metadata")).get("labels"))
    yield template.at("metadata.annotations"), template.annotations
    if not template.is_pod:
        yield "metadata.annotations", mapping(template.own.get("annotations"))


def _declines(value: Any) -> bool:
    return value is False or (isinstance(value, str) and value.casefold() in _REFUSALS)


def _place(document: Document, _: Surroundings) -> Iterator[Finding]:
    template = template_of(document)
    if template is None:
        return
    for path in misplaced(document, template):
        kind = "annotation" if "annotations" in path else "label"
        yield PLACE.found(
            path,
            f"this {kind} does nothing: the pods do not have the label and get no token",
            f'put it, as "true", into {template.at("metadata.labels")}',
        )
        return


def _value(document: Document, _: Surroundings) -> Iterator[Finding]:
    template = template_of(document)
    if template is None or USE_LABEL not in template.labels:
        return
    value = template.labels[USE_LABEL]
    path = template.at(f"metadata.labels[{USE_LABEL}]")
    if not isinstance(value, str):
        yield VALUE.found(path, f"the value is {_kind(value)}, and the API server takes strings alone")
    elif value != "true" and not _declines(value):
        yield VALUE.found(path, f'the value is {quoted(value)} and not "true": the pods get no token')


def _kind(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "a boolean, as true and yes are without quotes"
    return "a number" if isinstance(value, int | float) else "a list or a mapping"


def _without_effect(document: Document, _: Surroundings) -> Iterator[Finding]:
    metadata = mapping(document.get("metadata"))
    for key in ("labels", "annotations"):
        found = mapping(metadata.get(key))
        if USE_LABEL in found and not _declines(found[USE_LABEL]):
            yield ELSEWHERE.found(
                f"metadata.{key}[{USE_LABEL}]",
                f"on a {document.get('kind')} it gives no pod a token: the webhook goes by the label of the pod itself",
            )


CHECKS: Final = (
    Check(rule=PLACE, kinds=WORKLOADS, find=_place),
    Check(rule=VALUE, kinds=WORKLOADS, find=_value),
    Check(rule=ELSEWHERE, kinds=frozenset({"ServiceAccount", "Namespace"}), find=_without_effect),
)
