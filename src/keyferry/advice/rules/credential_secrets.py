"""Secrets that hold a service principal: a credential that is kept to get at others. Pure. No value is looked at."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from keyferry.advice.rule import Check, Document, Finding, Rule, Severity
from keyferry.advice.rules.accounts import ANNOTATED
from keyferry.advice.rules.credentials import NAMES, is_of_a_principal
from keyferry.advice.surroundings import Surroundings
from keyferry.advice.words import listed
from keyferry.advice.workloads import mapping, text

_PARTS: Final = ("data", "stringData")
_CSI: Final = "secrets-store.csi.k8s.io/used"  # the label of Secrets that nodePublishSecretRef names

RULE: Final = Rule(
    name="credential-in-secret",
    title="A Secret holds the credential of a service principal",
    severity=Severity.WARNING,
    why=(
        "It is a secret stored to reach the secret store. Whoever reads it, in the cluster, its backups or the "
        "repository it came from, can be this identity from anywhere, until the credential is changed."
    ),
    remedy="let a federated credential trust a ServiceAccount, and delete the Secret and the credential",
    example=ANNOTATED,
    source="https://learn.microsoft.com/entra/workload-id/workload-identity-federation",
)


def _find(document: Document, _: Surroundings) -> Iterator[Finding]:
    metadata = mapping(document.get("metadata"))
    for part in _PARTS:
        held = _credentials(mapping(document.get(part)), metadata)
        if held:
            yield RULE.found(f"{part}.{held[0]}", f"holds {listed(held)}, the credential of a service principal")
            return


def _credentials(data: Mapping[Any, Any], metadata: Mapping[Any, Any]) -> list[str]:
    """Return the keys that hold one: by a name that nothing else has, or beside a client id in a Secret for that."""
    keys = [key for key in data if isinstance(key, str)]
    named = [key for key in keys if key in NAMES]
    if named:
        return named
    plain = {key.lower().replace("-", "").replace("_", ""): key for key in keys}
    if not {"clientid", "clientsecret"} <= plain.keys():
        return []
    is_meant = is_of_a_principal(text(metadata.get("name"))) or _CSI in mapping(metadata.get("labels"))
    return [plain["clientsecret"]] if is_meant else []


CHECK: Final = Check(rule=RULE, kinds=frozenset({"Secret"}), find=_find)
