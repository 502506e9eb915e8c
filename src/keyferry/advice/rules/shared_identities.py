"""One identity that many share: each of them reads what any of them may read. Pure."""

from collections.abc import Iterator
from typing import Final

from keyferry.advice import parts
from keyferry.advice.rule import Check, Document, Finding, Rule, Severity
from keyferry.advice.surroundings import Surroundings
from keyferry.advice.words import quoted
from keyferry.model.wellknown import ES_GROUP
from keyferry.spec.store_rules import AZURE

RULE: Final = Rule(
    name="shared-identity",
    title="A store through which every namespace reads as one identity",
    severity=Severity.WARNING,
    why=(
        "Whoever may create an ExternalSecret in any namespace reads every secret that the identity may read: of every"
        " team, and with no trace in the vault of who asked."
    ),
    remedy=(
        "let each namespace read as its own ServiceAccount (serviceAccountRef without namespace), or list namespaces in"
        " spec.conditions"
    ),
    example="""\
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: key-vault}
spec:
  provider:
    azurekv:
      authType: WorkloadIdentity
      vaultUrl: https://kv-prod.vault.azure.net
      serviceAccountRef: {name: reader}
""",
    source="https://external-secrets.io/latest/guides/multi-tenancy/",
)


def _find(document: Document, _: Surroundings) -> Iterator[Finding]:
    if not parts.text(document, "apiVersion").startswith(f"{ES_GROUP}/"):
        return
    azure = parts.mapping(document, "spec", "provider", "azurekv")
    conditions = parts.mapping(document, "spec").get("conditions")
    if azure and not conditions and (told := _told(azure)):
        yield RULE.found(*told)


def _told(azure: Document) -> tuple[str, str] | None:
    """Return where one identity is named for all, and how; None where each namespace has its own."""
    account = parts.mapping(azure, "serviceAccountRef")
    match azure.get("authType"):
        case "WorkloadIdentity" if parts.text(account, "namespace"):
            name = quoted(f"{parts.text(account, 'namespace')}/{parts.text(account, 'name')}")
            return f"{AZURE}.serviceAccountRef.namespace", f"lets every namespace read as the ServiceAccount {name}"
        case "WorkloadIdentity" if not account and not azure.get("authSecretRef"):
            return AZURE, "names no serviceAccountRef, so every namespace reads as the operator itself"
        case _:
            return None


CHECK: Final = Check(rule=RULE, kinds=frozenset({"ClusterSecretStore"}), find=_find)
