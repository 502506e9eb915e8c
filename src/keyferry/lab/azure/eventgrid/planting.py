"""Event Grid among the other services: the vaults that are its sources, Entra, which signs for it, and the seed."""

from datetime import datetime, timedelta
from typing import Final

from keyferry.lab.azure.access_tokens import AccessTokens
from keyferry.lab.azure.directory import Directory
from keyferry.lab.azure.eventgrid import source
from keyferry.lab.azure.eventgrid.bearer import Tokens
from keyferry.lab.azure.eventgrid.catalogue import VaultCatalogue
from keyferry.lab.azure.eventgrid.definition import (
    DeadLetterBlob,
    Definition,
    Filter,
    RetryPolicy,
    Schema,
    WebHook,
)
from keyferry.lab.azure.eventgrid.grid import EventGrid
from keyferry.lab.azure.eventgrid.knobs import Knobs
from keyferry.lab.azure.keyvault.vaults import Vaults
from keyferry.lab.azure.seed.declaration import EventsSeed, EventSubscriptionSeed
from keyferry.lab.azure.sources import Sources

DEAD_LETTERS: Final = "dead-letters"


def new_grid(vaults: Vaults, directory: Directory, tokens: AccessTokens, chance: Sources) -> EventGrid:
    """Return Event Grid for these vaults, without a subscription."""

    def issuer(tenant_id: str) -> str | None:
        tenant = directory.tenant_by_id(tenant_id)
        return None if tenant is None else tenant.cloud.issuer(tenant.id)

    return EventGrid(catalogue=VaultCatalogue(vaults), tokens=Tokens(issuer=issuer, sign=tokens.sign), chance=chance)


def plant(grid: EventGrid, seed: EventsSeed, vaults: Vaults, now: datetime) -> None:
    """Set the knobs, and let the declared subscriptions be there as if their endpoints had agreed before."""
    schedule = Knobs().schedule
    if seed.retry_seconds is not None:
        schedule = tuple(timedelta(seconds=each) for each in seed.retry_seconds)
    grid.knobs = Knobs(schedule=schedule, duplicate_every=seed.duplicate_every, unordered=seed.unordered)
    for each in seed.subscriptions:
        vault = vaults.find(each.vault_id)
        assert vault is not None, "the seed names its own vaults"
        resource_id = f"{vault.resource_id}/providers/Microsoft.EventGrid/eventSubscriptions/{each.name}"
        grid.subscriptions.plant(resource_id, source.of(vault), _definition(each), now)


def _definition(seed: EventSubscriptionSeed) -> Definition:
    container = DeadLetterBlob(resource_id="", container=DEAD_LETTERS)
    return Definition(
        destination=WebHook(
            url=seed.endpoint_url,
            max_events=seed.max_events_per_batch,
            tenant_id=seed.token_tenant_id,
            audience=seed.token_audience,
        ),
        filter=Filter(
            event_types=seed.event_types,
            subject_begins_with=seed.subject_begins_with,
            subject_ends_with=seed.subject_ends_with,
        ),
        schema=Schema(seed.schema),
        retry=RetryPolicy(max_attempts=seed.max_attempts, minutes_to_live=seed.minutes_to_live),
        dead_letter=container if seed.dead_letters else None,
    )
