"""Stores and classes that ask as the machine: everything on it may do the same. Pure."""

from collections.abc import Iterator
from typing import Final

from keyferry.advice import parts
from keyferry.advice.rule import Check, Document, Finding, Rule, Severity
from keyferry.advice.rules import classes
from keyferry.advice.surroundings import Surroundings
from keyferry.model.wellknown import ES_GROUP
from keyferry.spec.secret_provider_class import KIND as CLASS
from keyferry.spec.store_rules import AZURE

_STORES: Final = frozenset({"SecretStore", "ClusterSecretStore"})
RULE: Final = Rule(
    name="machine-identity",
    title="A store or class that asks as the identity of the machine",
    severity=Severity.WARNING,
    why=(
        "Every pod of the machine that reaches 169.254.169.254 gets tokens of the same identity, and may read what it"
        " may read. The vault's log cannot tell them apart."
    ),
    remedy="use workload identity, which is of one ServiceAccount",
    example=classes.EXAMPLE,
    source="https://learn.microsoft.com/azure/aks/workload-identity-overview",
)


def _find(document: Document, _: Surroundings) -> Iterator[Finding]:
    if document.get("kind") == CLASS:
        if classes.is_set(classes.parameters_of(document), "useVMManagedIdentity"):
            path = f"{classes.HERE}.useVMManagedIdentity"
            yield RULE.found(path, "is true, so every pod of the node can be who reads", "remove it, and set clientID")
        return
    is_ours = parts.text(document, "apiVersion").startswith(f"{ES_GROUP}/")
    if is_ours and parts.text(document, "spec", "provider", "azurekv", "authType") == "ManagedIdentity":
        message = "is ManagedIdentity, so every pod of the operator's machine can be who reads"
        yield RULE.found(f"{AZURE}.authType", message, "use WorkloadIdentity with a serviceAccountRef")


CHECK: Final = Check(rule=RULE, kinds=_STORES | {CLASS}, find=_find)
