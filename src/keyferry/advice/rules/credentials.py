"""Stored credentials of Azure in the environment of pods, where workload identity would do without any. Pure.

The names are those that the Azure SDKs, Terraform and Spring read. No value is ever repeated.
Called by rules.environments, which gives each container.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from keyferry.advice.rule import Finding, Rule, Severity
from keyferry.advice.rules.labels import LABELLED, asks
from keyferry.advice.words import listed, quoted
from keyferry.advice.workloads import Container, Environment, PodTemplate, mapping, text

# https://learn.microsoft.com/python/api/azure-identity/azure.identity.environmentcredential
_OF_SDKS: Final = frozenset(
    {"AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PASSWORD", "AZURE_PASSWORD"}
)
# AZURE_USERNAME is half of a login with AZURE_PASSWORD, which says it. The others:
# https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/guides/service_principal_client_secret
# https://learn.microsoft.com/azure/developer/spring-framework/authentication
NAMES: Final = _OF_SDKS | {
    "AZURE_AUTH_LOCATION",
    "ARM_CLIENT_SECRET",
    "ARM_CLIENT_CERTIFICATE",
    "ARM_CLIENT_CERTIFICATE_PATH",
    "ARM_CLIENT_CERTIFICATE_PASSWORD",
    "SPRING_CLOUD_AZURE_CREDENTIAL_CLIENT_SECRET",
    "SPRING_CLOUD_AZURE_CREDENTIAL_CLIENT_CERTIFICATE_PASSWORD",
}
_OF_A_PRINCIPAL: Final = re.compile(
    r"(?:^|[-.])(?:service-?principal|azure-?(?:[a-z0-9]+-){0,3}sp|sp-?credentials?|azure-?client-?secret|azure-?(?:credentials?|creds)"
    r"|(?:arm|aad|entra)-?(?:client-?secret|credentials?|creds))(?:$|[-.])"
)
_LONGEST_NAME: Final = 253
_KEYS: Final = frozenset({"clientsecret", "clientcertificate", "clientpassword", "password"})

RULE: Final = Rule(
    name="credential-in-env",
    title="A service principal's credential is in the environment of pods",
    severity=Severity.WARNING,
    why=(
        "Whoever reads the manifest, the Secret or the process's environment can be this identity from anywhere, until "
        "the credential is changed. The Azure SDKs try it before workload identity, so a pod that has both goes on "
        "using the stored one."
    ),
    remedy="remove the variables, and use workload identity",
    example=LABELLED,
    source="https://learn.microsoft.com/azure/aks/workload-identity-overview",
)


def find(environment: Environment, template: PodTemplate) -> Iterator[Finding]:
    """Yield a finding for a container's variables, and one for each Secret that it takes whole."""
    if environment.has_sources or not NAMES.isdisjoint(environment.names):
        yield from _of_variables(environment.container, beats=asks(template))
        yield from _of_bundles(environment.container)


def is_credential(name: str, entry: Mapping[Any, Any]) -> bool:
    """Tell whether a variable holds a credential of an identity in Entra."""
    if name in NAMES:
        return bool(text(entry.get("value")) or mapping(entry.get("valueFrom")))  # empty: what an image has is undone
    return is_reference_to_credential(name, _reference(entry))


def is_reference_to_credential(name: str, reference: Mapping[Any, Any]) -> bool:
    """Tell whether a variable of this name, or the key of a Secret that it takes, is a credential of an identity."""
    key = text(reference.get("key"))
    if name in NAMES or key in NAMES:
        return True
    return key.lower().replace("-", "").replace("_", "") in _KEYS and is_of_a_principal(text(reference.get("name")))


def is_of_a_principal(secret: str) -> bool:
    """Tell whether a Secret is by its name one that holds a service principal."""
    return _OF_A_PRINCIPAL.search(secret[:_LONGEST_NAME]) is not None


def _reference(entry: Mapping[Any, Any]) -> Mapping[Any, Any]:
    return mapping(mapping(entry.get("valueFrom")).get("secretKeyRef"))


def _of_variables(container: Container, *, beats: bool) -> Iterator[Finding]:
    """Find them all, and say it once for each container."""
    held = [(index, name, entry) for index, name, entry in container.variables() if is_credential(name, entry)]
    if not held:
        return
    names = [name for _, name, _ in held]
    message = f"container {quoted(container.name)} gets {listed(names)} {_source(held[0][2])}"
    if beats and not _OF_SDKS.isdisjoint(names):
        message += ", which the Azure SDKs try first"
    yield RULE.found(f"{container.path}.env[{held[0][0]}]", message)


def _source(entry: Mapping[Any, Any]) -> str:
    if text(entry.get("value")):
        return "from the manifest itself"
    name = text(_reference(entry).get("name"))
    return f"from Secret {quoted(name)}" if name else "from elsewhere"


def _of_bundles(container: Container) -> Iterator[Finding]:
    for index, secret in container.bundles():
        if is_of_a_principal(secret):
            yield RULE.found(
                f"{container.path}.envFrom[{index}]",
                f"container {quoted(container.name)} gets all of Secret {quoted(secret)}, by its name the credential of"
                " a service principal",
            )
