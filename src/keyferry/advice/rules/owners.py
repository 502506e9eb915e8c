"""Two hands on one Secret: written by hand where an ExternalSecret delivers it, or delivered by two. Pure."""

from collections.abc import Iterator
from typing import Final

from keyferry.advice import parts
from keyferry.advice.rule import Check, Document, Finding, Rule, Severity
from keyferry.advice.surroundings import Surroundings
from keyferry.advice.words import quoted
from keyferry.model.wellknown import CREATED_BY_LABEL, ES_GROUP, MANAGED_LABEL

_OWNS: Final = frozenset({"", "Owner"})
_PLAIN: Final = frozenset({"", "Opaque"})
_EXAMPLE: Final = """\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db, namespace: apps}
spec:
  secretStoreRef: {name: key-vault}
  target: {name: db, creationPolicy: Owner}
  data:
    - secretKey: PASSWORD
      remoteRef: {key: db-password}
"""
BY_HAND: Final = Rule(
    name="secret-by-hand",
    title="A Secret written by hand where an ExternalSecret delivers it",
    severity=Severity.WARNING,
    why=(
        "The ExternalSecret owns the Secret and puts the vault's values back, which surprises whoever wrote others; and"
        " the value stands in a manifest, so it is in git as well."
    ),
    remedy="change the value in the vault, and remove this manifest",
    example=_EXAMPLE,
    source="https://external-secrets.io/latest/guides/ownership-deletion-policy/",
)
TWO_OWNERS: Final = Rule(
    name="two-owners",
    title="Two ExternalSecrets that deliver one Secret",
    severity=Severity.WARNING,
    why="Each takes the Secret for its own and writes its keys alone, so one of them fails or undoes the other.",
    remedy="name another target, merge the two into one, or use creationPolicy Merge in all but one",
    example=_EXAMPLE,
    source="https://external-secrets.io/latest/guides/ownership-deletion-policy/",
)


def target_of(document: Document) -> str:
    """Return the name of the Secret that an ExternalSecret owns, "" where it owns none."""
    target = parts.mapping(document, "spec", "target")
    is_other_kind = bool(parts.mapping(target, "manifest"))
    if is_other_kind or parts.text(target, "creationPolicy") not in _OWNS:
        return ""
    return parts.text(target, "name") or parts.name(document)


def _find_by_hand(document: Document, surroundings: Surroundings) -> Iterator[Finding]:
    if document.get("apiVersion") != "v1" or parts.text(document, "type") not in _PLAIN:
        return
    labels = parts.mapping(document, "metadata", "labels")
    field = next((name for name in ("stringData", "data") if parts.mapping(document, name)), "")
    if not field or MANAGED_LABEL in labels or CREATED_BY_LABEL in labels:
        return
    if owner := surroundings.secret_owner(parts.namespace(document), parts.name(document)):
        message = f"holds values, and the ExternalSecret {quoted(owner)} delivers this Secret"
        yield BY_HAND.found(field, message)


def _find_two_owners(document: Document, surroundings: Surroundings) -> Iterator[Finding]:
    if not parts.text(document, "apiVersion").startswith(f"{ES_GROUP}/") or not (target := target_of(document)):
        return
    owner = surroundings.secret_owner(parts.namespace(document), target)
    if owner and owner != parts.name(document):
        has_name = bool(parts.text(document, "spec", "target", "name"))
        path = "spec.target.name" if has_name else "metadata.name"
        yield TWO_OWNERS.found(path, f"is the Secret {quoted(target)}, which {quoted(owner)} delivers, too")


CHECKS: Final = (
    Check(rule=BY_HAND, kinds=frozenset({"Secret"}), find=_find_by_hand),
    Check(rule=TWO_OWNERS, kinds=frozenset({"ExternalSecret"}), find=_find_two_owners),
)
