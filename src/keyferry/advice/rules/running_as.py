"""The ServiceAccount that labelled pods run as, and labels that are missing where it stands for an identity. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from keyferry.advice.near import near
from keyferry.advice.rule import Check, Document, Finding, Rule, Severity
from keyferry.advice.rules.accounts import ANNOTATED, is_guid
from keyferry.advice.rules.labels import LABELLED, asks, misplaced
from keyferry.advice.surroundings import Account, Surroundings
from keyferry.advice.words import quoted
from keyferry.advice.workloads import WORKLOADS, PodTemplate, listing, mapping, template_of, text
from keyferry.model.wellknown import CLIENT_ID_ANNOTATION, TOKEN_AUDIENCE, USE_LABEL
from keyferry.spec.problems import did_you_mean

_SOURCE: Final = "https://learn.microsoft.com/azure/aks/workload-identity-overview#service-account-annotations"
_BOTH: Final = f"{ANNOTATED}---\n{LABELLED}"
_LONGEST_NAME: Final = 253
_FIELD: Final = "spec.serviceAccountName"

_OF_AZURE: Final = ("AZURE_", "KEYVAULT_", "KEY_VAULT_")
# https://learn.microsoft.com/azure/security/fundamentals/azure-domains
_IN_AZURE: Final = re.compile(
    r"\.(?:azure\.(?:net|com|cn|us)|windows\.net|azconfig\.io|usgovcloudapi\.net|chinacloudapi\.cn)\b"
)

CLIENT: Final = Rule(
    name="no-client-id",
    title="Pods ask for an identity, and their ServiceAccount stands for none",
    severity=Severity.WARNING,
    why=(
        "The webhook takes AZURE_CLIENT_ID from the annotation of the ServiceAccount. Without it the pods get a token "
        "and no client id, and the Azure SDKs say that workload identity is not configured."
    ),
    remedy=f"annotate the ServiceAccount with {CLIENT_ID_ANNOTATION}",
    example=_BOTH,
    source=_SOURCE,
)
MISSING: Final = Rule(
    name="no-such-service-account",
    title="Pods run as a ServiceAccount that is not there",
    severity=Severity.WARNING,
    why="The API server refuses pods whose ServiceAccount does not exist, so the workload stays without any.",
    remedy="create the ServiceAccount, or correct its name",
    example=_BOTH,
    source="https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/",
)
LABEL: Final = Rule(
    name="use-label-missing",
    title="Pods run as an identity and do not ask for its token",
    severity=Severity.WARNING,
    why=(
        "They have to do with Azure, by their variables or arguments, and their ServiceAccount has a client id. "
        "Without the label on the pods the webhook is not called: they start without a token, and the Azure SDKs try "
        "the next way to log in."
    ),
    remedy=f'put {USE_LABEL}: "true" into the pods\' metadata.labels; "false" says that they shall not have one',
    example=_BOTH,
    source="https://learn.microsoft.com/azure/aks/workload-identity-overview#pod-labels",
)


def _client(document: Document, surroundings: Surroundings) -> Iterator[Finding]:
    template = template_of(document)
    if template is None or not asks(template):
        return
    name = template.service_account
    account = surroundings.account(template.namespace, name)
    if account is None and name == "default" and not _brings_a_client(template):
        yield CLIENT.found(
            template.at(_FIELD),
            'names no ServiceAccount, so the pods run as "default", which stands for no identity',
            "name the ServiceAccount that has the identity's client id",
        )
    elif account is not None and not account.annotations.get(CLIENT_ID_ANNOTATION) and not _brings_a_client(template):
        message = f"ServiceAccount {quoted(name)} has no {CLIENT_ID_ANNOTATION}, so the pods get no client id"
        yield CLIENT.found(template.at(_FIELD), message)


def _brings_a_client(template: PodTemplate) -> bool:
    """Tell whether a client id may come from elsewhere: from a variable, or from a ConfigMap that nobody sees here."""
    return any(
        listing(container.fields.get("envFrom")) or "AZURE_CLIENT_ID" in container.environment().names
        for container in template.containers()
    )


def _missing(document: Document, surroundings: Surroundings) -> Iterator[Finding]:
    """Say it where every account is known, or one of those that are is a slip away."""
    template = template_of(document)
    if template is None or template.service_account == "default" or not _wants(document, template):
        return
    name, known = template.service_account, surroundings.accounts(template.namespace)
    if name in known or surroundings.account(template.namespace, name) is not None:
        return
    home = near(template.namespace, surroundings.homes("ServiceAccount", name)) if template.namespace else ""
    if home:
        message = f"ServiceAccount {quoted(name)} is in {quoted(home)}, and not in {quoted(template.namespace)}"
        yield MISSING.found("metadata.namespace", message, "write the same namespace for both")
        return
    question = (
        did_you_mean(name[:_LONGEST_NAME], known) if surroundings.knows_accounts else _question(near(name, known))
    )
    if question or surroundings.knows_accounts:
        where = f" in {quoted(template.namespace)}" if template.namespace else ""
        message = f"there is no ServiceAccount {quoted(name)}{where}"
        yield MISSING.found(template.at(_FIELD), f"{message} ({question})" if question else f"{message} yet")


def _wants(document: Document, template: PodTemplate) -> bool:
    return asks(template) or any(misplaced(document, template))


def _question(name: str) -> str:
    return f'did you mean "{name}"?' if name else ""


def _label(document: Document, surroundings: Surroundings) -> Iterator[Finding]:
    """Say nothing where the pods decline, have a token by another way, or show no need of one.

    A ServiceAccount may have its client id for a SecretStore that refers to it, and pods with nothing but the Secret.
    """
    template = template_of(document)
    if template is None or USE_LABEL in template.labels:
        return
    account = surroundings.account(template.namespace, template.service_account)
    if account is None or not _stands_for_an_identity(account):
        return
    if _has_another_way(template) or any(misplaced(document, template)):
        return
    if _speaks_to_azure(template):
        message = f"ServiceAccount {quoted(account.name)} has a client id, and the pods do not ask for a token"
        yield LABEL.found(template.at("metadata.labels"), message)


def _stands_for_an_identity(account: Account) -> bool:
    return is_guid(account.annotations.get(CLIENT_ID_ANNOTATION))


def _speaks_to_azure(template: PodTemplate) -> bool:
    """Tell whether variables or command lines name something in Azure."""
    return any(
        any(name.startswith(_OF_AZURE) for name in seen.names) or _IN_AZURE.search(seen.text)
        for seen in (container.environment() for container in template.containers())
    )


def _has_another_way(template: PodTemplate) -> bool:
    """Tell whether a volume brings what the identity is for, as the CSI driver does, or its token, set up by hand."""
    return any(mapping(volume.get("csi")) or any(_audiences(volume)) for _, volume in template.volumes())


def _audiences(volume: Mapping[Any, Any]) -> Iterator[str]:
    """Yield the audiences for Entra alone: every pod has a token for the API server in a volume of this sort."""
    for source in listing(mapping(volume.get("projected")).get("sources")):
        audience = text(mapping(mapping(source).get("serviceAccountToken")).get("audience"))
        if audience.startswith(TOKEN_AUDIENCE):  # those of other clouds have a name behind it
            yield audience


CHECKS: Final = (
    Check(rule=CLIENT, kinds=WORKLOADS, find=_client),
    Check(rule=MISSING, kinds=WORKLOADS, find=_missing),
    Check(rule=LABEL, kinds=WORKLOADS, find=_label),
)
