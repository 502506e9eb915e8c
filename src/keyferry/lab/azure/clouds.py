"""The four clouds: host names, token resources and issuers of each.

https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#dns-suffixes-for-base-url
The issuer hosts of the Chinese and German clouds are from memory.
"""

from dataclasses import dataclass
from typing import Final

REGISTRY_RESOURCE: Final = "https://containerregistry.azure.net"  # of tokens for registries alone, in every cloud
EXCHANGE_APPLICATION: Final = "fb60f99c-7a34-4190-8149-302f77469936"  # what tokens for the exchange have as audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """One cloud. `name` is what the workload identity webhook calls it in AZURE_ENVIRONMENT."""

    name: str
    instance: str  # of the login host, without its first label: `cloud_instance_name` of the OpenID configuration
    authority_hosts: tuple[str, ...]  # the first is the preferred one
    older_hosts: tuple[str, ...]  # answer too, and nothing names them any more
    preferred: tuple[str, str]  # of instance discovery: the alias to ask, the alias to keep tokens under
    sts_host: str  # of the `iss` claim of access tokens (v1 format)
    vault_suffix: str
    arm_host: str
    arm_resources: tuple[str, ...]
    graph_host: str
    exchange_audience: str  # of tokens that are traded for others by federation
    registry_suffix: str = "azurecr.io"
    other_resources: tuple[str, ...] = ()  # Entra grants tokens for them; the lab has no such service

    @property
    def vault_resource(self) -> str:
        """What an access token for a vault is for: its `aud`."""
        return f"https://{self.vault_suffix}"

    @property
    def login_hosts(self) -> tuple[str, ...]:
        """Every host name of this cloud's Entra, each an alias of the others."""
        return (*self.authority_hosts, *self.older_hosts)

    @property
    def regional_host(self) -> str:
        """What follows a region's name in the host names of its regions: clients with a region set ask there."""
        return "login.microsoft.com" if "login.microsoft.com" in self.login_hosts else self.preferred[0]

    def issuer(self, tenant_id: str) -> str:
        """Return the `iss` claim of the tenant's access tokens."""
        return f"https://{self.sts_host}/{tenant_id}/"

    def issuer_v2(self, tenant_id: str) -> str:
        """Return the issuer in the v2.0 format: of the OpenID configuration, and of tokens for the exchange."""
        return f"https://{self.preferred[0]}/{tenant_id}/v2.0"

    def resource(self, identifier: str, port_suffix: str = "") -> str | None:
        """Return the audience that tokens for the resource `identifier` get, None where nobody offers it.

        The audience repeats what was asked for, a trailing slash included; the exchange goes by its application id.
        Vaults and ARM that are reached at a port of their own (`port_suffix`, as `:8443`) may have it in their names.
        """
        served = (self.vault_resource, *self.arm_resources)
        with_port = tuple(f"{each}{port_suffix}" for each in served)
        known = (*served, *with_port, f"https://{self.graph_host}", REGISTRY_RESOURCE, *self.other_resources)
        if identifier in (self.exchange_audience, EXCHANGE_APPLICATION):
            return EXCHANGE_APPLICATION
        return identifier if identifier.removesuffix("/") in known else None


CLOUDS: Final = (
    Cloud(
        name="AzurePublicCloud",
        instance="microsoftonline.com",
        authority_hosts=("login.microsoftonline.com", "login.microsoft.com", "login.windows.net"),
        older_hosts=("sts.windows.net",),
        preferred=("login.microsoftonline.com", "login.windows.net"),
        sts_host="sts.windows.net",
        vault_suffix="vault.azure.net",
        arm_host="management.azure.com",
        arm_resources=("https://management.azure.com", "https://management.core.windows.net"),
        graph_host="graph.microsoft.com",
        exchange_audience="api://AzureADTokenExchange",
        other_resources=("https://storage.azure.com", "https://eventgrid.azure.net"),
    ),
    Cloud(
        name="AzureUSGovernmentCloud",
        instance="microsoftonline.us",
        authority_hosts=("login.microsoftonline.us",),
        older_hosts=("login.usgovcloudapi.net",),
        preferred=("login.microsoftonline.us", "login.microsoftonline.us"),
        sts_host="sts.windows.net",
        vault_suffix="vault.usgovcloudapi.net",
        arm_host="management.usgovcloudapi.net",
        arm_resources=("https://management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net"),
        graph_host="graph.microsoft.us",
        exchange_audience="api://AzureADTokenExchangeUSGov",
        registry_suffix="azurecr.us",
    ),
    Cloud(
        name="AzureChinaCloud",
        instance="partner.microsoftonline.cn",
        authority_hosts=("login.chinacloudapi.cn", "login.partner.microsoftonline.cn"),
        older_hosts=(),
        preferred=("login.partner.microsoftonline.cn", "login.partner.microsoftonline.cn"),
        sts_host="sts.chinacloudapi.cn",
        vault_suffix="vault.azure.cn",
        arm_host="management.chinacloudapi.cn",
        arm_resources=("https://management.chinacloudapi.cn", "https://management.core.chinacloudapi.cn"),
        graph_host="microsoftgraph.chinacloudapi.cn",
        exchange_audience="api://AzureADTokenExchangeChina",
        registry_suffix="azurecr.cn",
    ),
    Cloud(
        name="AzureGermanCloud",
        instance="microsoftonline.de",
        authority_hosts=("login.microsoftonline.de",),
        older_hosts=(),
        preferred=("login.microsoftonline.de", "login.microsoftonline.de"),
        sts_host="sts.microsoftonline.de",
        vault_suffix="vault.microsoftazure.de",
        arm_host="management.microsoftazure.de",
        arm_resources=("https://management.microsoftazure.de", "https://management.core.cloudapi.de"),
        graph_host="graph.microsoft.de",
        exchange_audience="api://AzureADTokenExchange",
        registry_suffix="azurecr.de",
    ),
)
PUBLIC: Final = CLOUDS[0]
EXCHANGE_AUDIENCES: Final = frozenset(cloud.exchange_audience for cloud in CLOUDS)
CERTIFICATE_NAMES: Final = tuple(
    name
    for cloud in CLOUDS
    for name in (
        *(*cloud.login_hosts, f"*.{cloud.regional_host}", f"*.{cloud.vault_suffix}"),
        *(cloud.arm_host, cloud.graph_host, f"*.{cloud.registry_suffix}"),
    )
)

_BY_AUTHORITY: Final = {host: cloud for cloud in CLOUDS for host in cloud.login_hosts}
_BY_REGIONAL: Final = {cloud.regional_host: cloud for cloud in CLOUDS}
_BY_ARM: Final = {cloud.arm_host: cloud for cloud in CLOUDS}
_BY_GRAPH: Final = {cloud.graph_host: cloud for cloud in CLOUDS}


def named(name: str) -> Cloud | None:
    """Return the cloud called `name`, as `AzurePublicCloud`."""
    return next((cloud for cloud in CLOUDS if cloud.name == name), None)


def of_authority(host: str) -> Cloud | None:
    """Return the cloud whose Entra answers at `host`, or at one of its regions, as `westeurope.login.microsoft.com`."""
    return _BY_AUTHORITY.get(host) or _BY_REGIONAL.get(host.partition(".")[2])


def is_issuer_of_entra(issuer: str) -> bool:
    """Tell whether tokens of `issuer` are Entra's own, of whichever cloud and format."""
    host = issuer.removeprefix("https://").partition("/")[0].lower()
    return any(host in (*cloud.login_hosts, cloud.sts_host) for cloud in CLOUDS)


def of_arm(host: str) -> Cloud | None:
    """Return the cloud whose ARM answers at `host`."""
    return _BY_ARM.get(host)


def of_graph(host: str) -> Cloud | None:
    """Return the cloud whose Microsoft Graph answers at `host`."""
    return _BY_GRAPH.get(host)


def registry_host(name: str, cloud: Cloud) -> str:
    """Return the login server of the registry called so: in lower case, whatever its name has."""
    return f"{name.lower()}.{cloud.registry_suffix}"
