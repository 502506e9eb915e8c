"""What keyferry.yaml says of itself: the same as `keyferry provision` does, without its further files. Pure."""

from collections.abc import Iterator
from typing import Final

from keyferry.advice.rule import Check, Document, Finding, Rule, Severity
from keyferry.advice.surroundings import Surroundings

_KIND: Final = "Estate"
_GROUP: Final = "keyferry.io/"
_EXAMPLE: Final = """\
apiVersion: keyferry.io/v1alpha1
kind: Estate
metadata: {name: shop}
spec:
  azure:
    tenantId: 99999999-9999-4999-8999-999999999999
    subscriptionId: 00000000-0000-4000-8000-000000000001
    location: westeurope
    resourceGroup: {name: rg-shop}
  cluster:
    aks: {name: aks-shop, resourceGroup: rg-clusters}
  vaults:
    - {name: kv-shop, network: {ipRules: [203.0.113.7]}}
  sites:
    - {name: web, secrets: [{name: db-connection}]}
"""
INVALID: Final = Rule(
    name="invalid-estate",
    title="A keyferry.yaml of which nothing can be made",
    severity=Severity.ERROR,
    why="A field is missing, unknown or wrong, or Azure, Entra or Kubernetes would refuse what follows from it.",
    remedy="mend the field that the path names",
    example=_EXAMPLE,
    source="https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
)
QUESTIONABLE: Final = Rule(
    name="questionable-estate",
    title="A keyferry.yaml that opens more than it must, or has what nobody uses",
    severity=Severity.WARNING,
    why="It can be made. Then a vault is reachable from everywhere, sites read each other's secrets, values are old.",
    remedy="mend or remove the field that the path names",
    example=_EXAMPLE,
    source="https://learn.microsoft.com/azure/key-vault/general/secure-key-vault",
)


def _find(document: Document, _: Surroundings) -> Iterator[Finding]:
    version = document.get("apiVersion")
    if not isinstance(version, str) or not version.startswith(_GROUP):
        return
    from keyferry.spec.estate import parsing  # noqa: PLC0415  (much for the webhook, which never meets an estate)
    from keyferry.spec.estate.origins import InvalidEstate  # noqa: PLC0415  (as above)

    try:
        warnings = parsing.read(document, is_whole=_is_whole(document)).warnings
    except InvalidEstate as refusal:
        yield from (INVALID.found(each.path, each.message, each.remedy) for each in refusal.problems)
    else:
        for each in warnings:
            yield QUESTIONABLE.found(each.problem.path, each.problem.message, each.problem.remedy)


def _is_whole(document: Document) -> bool:
    """Tell whether all its sites stand in it, as far as it says."""
    return "siteFiles" not in document["spec"] if isinstance(document.get("spec"), dict) else True


CHECK: Final = Check(rule=INVALID, others=(QUESTIONABLE,), kinds=frozenset({_KIND}), find=_find)
