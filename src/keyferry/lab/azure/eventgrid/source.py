"""Where events come from: a vault as Event Grid sees it."""

from dataclasses import dataclass
from typing import Final

from keyferry.lab.azure.keyvault.vault import Vault

# The names under which each cloud's Event Grid asks; those beside the public one are from memory.
ORIGINS: Final = {
    "AzurePublicCloud": "eventgrid.azure.net",
    "AzureUSGovernmentCloud": "eventgrid.azure.us",
    "AzureChinaCloud": "eventgrid.azure.cn",
    "AzureGermanCloud": "eventgrid.microsoftazure.de",
}
CERTIFICATE_NAMES: Final = tuple(f"*.{origin}" for origin in ORIGINS.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A vault. `id` is its ARM id, `url` has no trailing slash, `callback_host` confirms subscriptions by hand."""

    id: str
    name: str
    url: str
    location: str
    callback_host: str


def of(vault: Vault) -> Source:
    """Return the vault as a source."""
    location = vault.location.replace(" ", "").lower()
    return Source(
        id=vault.resource_id,
        name=vault.name,
        url=vault.url,
        location=location,
        callback_host=f"rp-{location}.{ORIGINS[vault.cloud.name]}",
    )
