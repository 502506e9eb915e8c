"""Event Grid among the other services: the vaults that are its sources, and Entra, which signs for it."""

from keyferry.lab.azure.access_tokens import AccessTokens
from keyferry.lab.azure.directory import Directory
from keyferry.lab.azure.eventgrid import source
from keyferry.lab.azure.eventgrid.bearer import Tokens
from keyferry.lab.azure.eventgrid.grid import EventGrid
from keyferry.lab.azure.eventgrid.source import Source
from keyferry.lab.azure.keyvault.vaults import Vaults
from keyferry.lab.azure.sources import Sources


def new_grid(vaults: Vaults, directory: Directory, tokens: AccessTokens, chance: Sources) -> EventGrid:
    """Return Event Grid for these vaults, without a subscription."""

    def find(name: str) -> Source | None:
        vault = vaults.by_name(name)
        return None if vault is None else source.of(vault)

    def issuer(tenant_id: str) -> str | None:
        tenant = directory.tenant_by_id(tenant_id)
        return None if tenant is None else tenant.cloud.issuer(tenant.id)

    return EventGrid(source=find, tokens=Tokens(issuer=issuer, sign=tokens.sign), chance=chance)
