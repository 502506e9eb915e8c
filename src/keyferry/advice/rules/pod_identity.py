"""What still stands for AAD Pod Identity: its own objects, its label on pods, and classes that use it. Pure.

https://azure.github.io/aad-pod-identity/docs/: archived in September 2023.
"""

from collections.abc import Iterator
from typing import Final

from keyferry.advice import workloads
from keyferry.advice.rule import Check, Document, Finding, Rule, Severity
from keyferry.advice.rules import classes
from keyferry.advice.surroundings import Surroundings
from keyferry.model.wellknown import SECRETS_STORE_GROUP
from keyferry.spec.secret_provider_class import KIND as CLASS

_GROUP: Final = "aadpodidentity.k8s.io"
_KINDS: Final = frozenset({"AzureIdentity", "AzureIdentityBinding", "AzurePodIdentityException"})
_LABEL: Final = "aadpodidbinding"
RULE: Final = Rule(
    name="pod-identity",
    title="AAD Pod Identity",
    severity=Severity.WARNING,
    why=(
        "AAD Pod Identity is archived since 2023 and gets no fixes. Whoever reaches the node's metadata endpoint past"
        " it gets the identity, too."
    ),
    remedy="use workload identity: a ServiceAccount with a client id that trusts it, and clientID in classes",
    example=classes.EXAMPLE,
    source="https://azure.github.io/aad-pod-identity/docs/",
)


def _find(document: Document, _: Surroundings) -> Iterator[Finding]:
    kind, group = document.get("kind"), str(document.get("apiVersion", "")).partition("/")[0]
    if kind in _KINDS and group == _GROUP:
        yield RULE.found("kind", f"is {kind}, of AAD Pod Identity, which gets no fixes any more")
    elif kind == CLASS and group == SECRETS_STORE_GROUP:
        if classes.is_set(classes.parameters_of(document), "usePodIdentity"):
            remedy = "remove it, and set clientID for workload identity"
            yield RULE.found(f"{classes.HERE}.usePodIdentity", "is true: AAD Pod Identity gets no fixes", remedy)
    elif (template := workloads.template_of(document)) is not None and _LABEL in template.labels:
        remedy = 'use the label azure.workload.identity/use: "true", and a ServiceAccount with a client id'
        yield RULE.found(
            template.at(f"metadata.labels[{_LABEL}]"), "asks AAD Pod Identity, which gets no fixes", remedy
        )


CHECK: Final = Check(rule=RULE, kinds=_KINDS | workloads.WORKLOADS | {CLASS}, find=_find)
