"""The Azure clouds by the names that the External Secrets API gives them. Pure; called by sync and vault."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from keyferry.model.errors import SpecError
from keyferry.model.wellknown import TOKEN_AUDIENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """One Azure cloud: where Entra answers, the DNS suffix under which its vaults live, and Azure Resource Manager."""

    environment: str
    authority_host: str
    vault_suffix: str
    management: str = ""  # nothing is known of it in a cloud of one's own


# https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud and
# https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates (DNS suffixes by cloud).
# The addresses of Azure Resource Manager: `az cloud list`, endpoints.resourceManager.
CLOUDS: Final = tuple(
    Cloud(environment=environment, authority_host=authority_host, vault_suffix=vault_suffix, management=management)
    for environment, authority_host, vault_suffix, management in (
        ("PublicCloud", "https://login.microsoftonline.com", "vault.azure.net", "management.azure.com"),
        (
            "USGovernmentCloud",
            "https://login.microsoftonline.us",
            "vault.usgovcloudapi.net",
            "management.usgovcloudapi.net",
        ),
        ("ChinaCloud", "https://login.chinacloudapi.cn", "vault.azure.cn", "management.chinacloudapi.cn"),
        ("GermanCloud", "https://login.microsoftonline.de", "vault.microsoftazure.de", "management.microsoftazure.de"),
    )
)
DEFAULT_ENVIRONMENT: Final = "PublicCloud"
REGISTRY_SCOPE: Final = "https://containerregistry.azure.net/.default"
OWN_CLOUD: Final = "AzureStackCloud"  # its addresses are the user's to tell

# The names of go-autorest, which the CSI provider and the workload identity webhook take:
# https://github.com/Azure/go-autorest/blob/main/autorest/azure/environments.go
AUTOREST_NAMES: Final[Mapping[str, str]] = {
    "AzurePublicCloud": "PublicCloud",
    "AzureCloud": "PublicCloud",
    "AzureUSGovernmentCloud": "USGovernmentCloud",
    "AzureUSGovernment": "USGovernmentCloud",
    "AzureChinaCloud": "ChinaCloud",
    "AzureGermanCloud": "GermanCloud",
}
AUTOREST_DEFAULT: Final = "AzurePublicCloud"
_BY_FOLD: Final = {name.lower(): environment for name, environment in AUTOREST_NAMES.items()}


def environment_named(name: str) -> str | None:
    """Return the environment that go-autorest calls `name`, in any case; the public one for "", None for no cloud."""
    return _BY_FOLD.get((name or AUTOREST_DEFAULT).lower())


def cloud_of(environment: str) -> Cloud:
    """Return the cloud called `environment`, the public one for "". SpecError for a name that is none."""
    wanted = environment or DEFAULT_ENVIRONMENT
    for cloud in CLOUDS:
        if cloud.environment == wanted:
            return cloud
    raise SpecError(
        what=f'environmentType "{wanted}" is not an Azure cloud that keyferry knows',
        remedy=f"use one of {', '.join(cloud.environment for cloud in CLOUDS)}",
    )


def audiences_of(environment: str, extra: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the audiences to ask for a ServiceAccount's token: the exchange audience first, in every cloud.

    `extra` follows in its order, without repeats. The national clouds recommend audiences of their own
    (`api://AzureADTokenExchangeChina`); External Secrets Operator appends those that a user names and so does this.
    """
    if environment != OWN_CLOUD:
        cloud_of(environment)
    return tuple(dict.fromkeys((TOKEN_AUDIENCE, *extra)))


def authority_host_of(environment: str) -> str:
    """Return Entra's address for the cloud, without a trailing slash."""
    return cloud_of(environment).authority_host


def vault_scope_of(environment: str) -> str:
    """Return the scope of an access token for the cloud's vaults."""
    return f"https://{cloud_of(environment).vault_suffix}/.default"


def registry_scopes_of(environment: str) -> tuple[str, ...]:
    """Return the scopes of access tokens that the cloud's container registries take, the one to try first before.

    A registry can be told to refuse tokens for Azure Resource Manager, and then takes those for registries alone:
    https://learn.microsoft.com/azure/container-registry/container-registry-disable-authentication-as-arm
    """
    return management_scope_of(environment), REGISTRY_SCOPE


def management_scope_of(environment: str) -> str:
    """Return the scope of an access token for the cloud's Azure Resource Manager."""
    return f"https://{cloud_of(environment).management}/.default"
