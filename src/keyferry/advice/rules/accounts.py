"""Which identity a ServiceAccount stands for: the annotations with its client and its tenant. Pure.

No id that is wrong is repeated: it may be a secret that was pasted into the wrong place.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from keyferry.advice.rule import Check, Document, Finding, Rule, Severity
from keyferry.advice.surroundings import Surroundings
from keyferry.advice.workloads import mapping
from keyferry.model.wellknown import CLIENT_ID_ANNOTATION, TENANT_ID_ANNOTATION
from keyferry.spec import rules

_SOURCE: Final = "https://learn.microsoft.com/azure/aks/workload-identity-overview#service-account-annotations"
_ID: Final = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_QUOTED_GUID: Final = re.compile(rf"\W{_ID}\W|urn:uuid:{_ID}")
_DOMAIN: Final = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
_PLACEHOLDER: Final = re.compile(r"\$\{|\$\(|\{\{|<[^>]*>|^\$")
_LOOKED_AT: Final = 256  # characters; nothing longer is an id, whatever it begins with
ANNOTATED: Final = """\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: api
  annotations:
    azure.workload.identity/client-id: 5ec0a4b2-94f5-4c1b-a6a2-3c1bb3a3b8d1
"""

CLIENT: Final = Rule(
    name="client-id",
    title="The client id of a ServiceAccount is no GUID",
    severity=Severity.ERROR,
    why=(
        "Pods get the annotation as AZURE_CLIENT_ID, as it is, and Entra refuses whatever is not the client id "
        "(application id) of an identity with AADSTS700016, far from the manifest that is wrong."
    ),
    remedy="write the client id of the managed identity: az identity show --query clientId",
    example=ANNOTATED,
    source=_SOURCE,
)
TENANT: Final = Rule(
    name="tenant-id",
    title="The tenant id of a ServiceAccount is neither a GUID nor a domain",
    severity=Severity.ERROR,
    why=(
        "The annotation goes before the tenant that the webhook was given, even where it is empty: then pods get no "
        "AZURE_TENANT_ID at all. What is neither id nor domain Entra refuses with AADSTS900023."
    ),
    remedy="write the tenant's id, or leave the annotation out to have the cluster's",
    example=ANNOTATED,
    source=_SOURCE,
)


def is_guid(value: object) -> bool:
    """Tell whether it is text of the form that ids of Entra have."""
    return isinstance(value, str) and rules.guid(value) is None


def _client(document: Document, _: Surroundings) -> Iterator[Finding]:
    annotations = mapping(mapping(document.get("metadata")).get("annotations"))
    if CLIENT_ID_ANNOTATION not in annotations:
        return
    path, value = f"metadata.annotations[{CLIENT_ID_ANNOTATION}]", annotations[CLIENT_ID_ANNOTATION]
    if fault := _fault(value):
        yield CLIENT.found(path, fault)
    elif value.lower() == str(annotations.get(TENANT_ID_ANNOTATION)).lower():
        yield CLIENT.found(path, "is the same as the tenant id, which is the id of no identity")


def _tenant(document: Document, _: Surroundings) -> Iterator[Finding]:
    annotations = mapping(mapping(document.get("metadata")).get("annotations"))
    if TENANT_ID_ANNOTATION not in annotations:
        return
    value = annotations[TENANT_ID_ANNOTATION]
    if isinstance(value, str) and _DOMAIN.fullmatch(value[:_LOOKED_AT]):
        return
    if fault := _fault(value):
        yield TENANT.found(f"metadata.annotations[{TENANT_ID_ANNOTATION}]", fault)


def _fault(value: Any) -> str:
    """Return what is wrong with an id, in words that do not repeat it; "" for a good one."""
    if not isinstance(value, str):
        return "is no text: the API server refuses it"
    seen = value[:_LOOKED_AT]
    if not seen.strip():
        return "is empty"
    if is_guid(value):
        return "is all zeros, which stands for no id" if not value.strip("0-") else ""
    if is_guid(seen.strip()):
        return "has white space around it, which makes another id of it"
    if _QUOTED_GUID.fullmatch(seen):
        return "has signs around the GUID, which do not belong to it"
    if seen.startswith("/subscriptions/"):
        return "is the identity's resource id, not its client id"
    if _PLACEHOLDER.search(seen):
        return "is a placeholder that nothing has filled in"
    return "is no GUID"


_KINDS: Final = frozenset({"ServiceAccount"})
CHECKS: Final = (
    Check(rule=CLIENT, kinds=_KINDS, find=_client),
    Check(rule=TENANT, kinds=_KINDS, find=_tenant),
)
