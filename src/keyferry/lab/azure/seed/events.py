"""Event Grid in the seed: subscriptions that are there from the beginning, and how deliveries behave.

https://learn.microsoft.com/azure/event-grid/subscription-creation-schema
"""

import re
from collections.abc import Sequence
from typing import Final

from keyferry.lab.azure.seed import places
from keyferry.lab.azure.seed.declaration import EventsSeed, EventSubscriptionSeed, TenantSeed, VaultSeed
from keyferry.lab.azure.seed.fields import Fields, SeedError

SCHEMAS: Final = ("EventGridSchema", "CloudEventSchemaV1_0")
MAX_RETRY_SECONDS: Final = 86_400
_NAME: Final = re.compile(r"[a-zA-Z0-9-]{3,64}")
_URL: Final = re.compile(r"https://[a-zA-Z0-9][a-zA-Z0-9.-]*(:[1-9][0-9]{0,4})?(/[^\s#]*)?(\?[^\s#]*)?")
_TYPE: Final = re.compile(
    r"Microsoft\.KeyVault\.((Secret|Key|Certificate)(NewVersionCreated|NearExpiry|Expired)|VaultAccessPolicyChanged)"
)


def parse(fields: Fields, vaults: Sequence[VaultSeed], tenants: dict[str, TenantSeed]) -> EventsSeed:
    """Return what is below `events`; no subscription and the service's own behaviour where there is nothing."""
    subscriptions = fields.each("subscriptions", lambda item: _subscription(item, vaults, tenants))
    places.refuse_twins(fields.at("subscriptions"), [f"{each.vault_id}/{each.name}".lower() for each in subscriptions])
    events = EventsSeed(
        subscriptions=subscriptions,
        retry_seconds=_seconds(fields),
        duplicate_every=fields.number("duplicateEvery", 0, 0, 1000),
        unordered=fields.flag("unordered", False),
    )
    fields.done()
    return events


def _subscription(fields: Fields, vaults: Sequence[VaultSeed], tenants: dict[str, TenantSeed]) -> EventSubscriptionSeed:
    token = fields.inner("token")
    subscription = EventSubscriptionSeed(
        name=fields.matching("name", _NAME, "3 to 64 letters, digits and hyphens"),
        vault_id=_vault(fields, vaults),
        endpoint_url=_url(fields),
        schema=_one_of(fields, "schema", SCHEMAS),
        event_types=_types(fields),
        subject_begins_with=fields.text("subjectBeginsWith", ""),
        subject_ends_with=fields.text("subjectEndsWith", ""),
        max_events_per_batch=fields.number("maxEventsPerBatch", 1, 1, 5000),
        max_attempts=fields.number("maxDeliveryAttempts", 30, 1, 30),
        minutes_to_live=fields.number("eventTimeToLiveInMinutes", 1440, 1, 1440),
        dead_letters=fields.flag("deadLetters", False),
        token_tenant_id=places.tenant_of(token, tenants).id if fields.has("token") else "",
        token_audience=token.text("audience") if fields.has("token") else "",
    )
    token.done()
    fields.done()
    return subscription


def _vault(fields: Fields, vaults: Sequence[VaultSeed]) -> str:
    name = fields.text("vault")
    found = next((each.resource_id for each in vaults if each.name.lower() == name.lower()), None)
    if found is None:
        raise SeedError(fields.at("vault"), f"{name[:80]!r} is not declared", "add it to `vaults`")
    return found


def _url(fields: Fields) -> str:
    """An https URL; it is not repeated where it is wrong, because its query may hold a key."""
    url = fields.text("endpointUrl")
    if not _URL.fullmatch(url) or not url.isascii() or len(url) > 2048:
        raise SeedError(fields.at("endpointUrl"), "is no https URL with a host name", "write https://HOST/PATH")
    return url


def _one_of(fields: Fields, key: str, allowed: tuple[str, ...]) -> str:
    written = fields.text(key, allowed[0])
    if written not in allowed:
        raise SeedError(fields.at(key), f"{written[:80]!r} is not known", f"write one of {', '.join(allowed)}")
    return written


def _types(fields: Fields) -> tuple[str, ...] | None:
    if not fields.has("eventTypes"):
        return None
    types = fields.texts("eventTypes")
    wrong = next((each for each in types if not _TYPE.fullmatch(each)), None)
    if wrong is not None:
        raise SeedError(
            fields.at("eventTypes"), f"{wrong[:80]!r} is not one", "write as Microsoft.KeyVault.SecretNewVersionCreated"
        )
    return types


def _seconds(fields: Fields) -> tuple[int, ...] | None:
    """Return the waits after each failed attempt, None for those of the service."""
    written = fields.raw("retrySeconds")
    if written is None:
        return None
    if not isinstance(written, list) or not written or not all(_is_wait(each) for each in written):
        raise SeedError(
            fields.at("retrySeconds"),
            "is not a list of seconds",
            f"write whole numbers from 1 to {MAX_RETRY_SECONDS}, the wait after the first attempt first",
        )
    return tuple(written)


def _is_wait(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_RETRY_SECONDS
