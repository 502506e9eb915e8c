"""Event Grid of the lab with one vault, and an endpoint whose answers a test gives."""

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from keyferry.lab.azure.eventgrid.bearer import Tokens
from keyferry.lab.azure.eventgrid.definition import Definition, WebHook
from keyferry.lab.azure.eventgrid.delivery import Delivery, Kind
from keyferry.lab.azure.eventgrid.grid import EventGrid
from keyferry.lab.azure.eventgrid.knobs import Knobs
from keyferry.lab.azure.eventgrid.source import Source
from keyferry.lab.azure.eventgrid.state import Event, State, Subscription
from keyferry.lab.azure.keyvault.news import News, ObjectType
from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Response
from tests.fakes import lab_azure

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TENANT = lab_azure.TENANT
VAULT_ID = "/subscriptions/s-1/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-one"
URL = "https://hooks.example/events?key=very-secret"
SOURCE = Source(
    id=VAULT_ID,
    name="kv-one",
    url="https://kv-one.vault.azure.net",
    location="westeurope",
    callback_host="rp-westeurope.eventgrid.azure.net",
)
HOOK = Definition(destination=WebHook(url=URL))
TOKENS = Tokens(
    issuer=lambda tenant: f"https://sts.windows.net/{tenant}/" if tenant == TENANT else None,
    sign=lambda claims, now: json.dumps(dict(claims)),
)


class Catalogue:
    """The one vault; what it holds ends as it was told, unless `moved` has another instant for its name."""

    def __init__(self) -> None:
        self.moved: dict[str, int | None] = {}

    def source(self, vault: str) -> Source | None:
        return SOURCE if vault.lower() == "kv-one" else None

    def nearing(self, news: News, expires: int) -> int:
        return expires - 30 * 86_400

    def expires(self, news: News) -> int | None:
        return self.moved.get(news.name, news.expires)


def chance() -> Sources:
    """Ids that count up."""
    return lab_azure.sources()


def grid(knobs: Knobs | None = None, state: State | None = None, catalogue: Catalogue | None = None) -> EventGrid:
    """Event Grid with the one vault."""
    return EventGrid(
        catalogue=catalogue or Catalogue(),
        tokens=TOKENS,
        chance=chance(),
        knobs=knobs,
        state=state,
    )


def subscription_id(name: str = "mine") -> str:
    """The ARM id of a subscription to the vault."""
    return f"{VAULT_ID}/providers/Microsoft.EventGrid/eventSubscriptions/{name}"


def subscribed(
    definition: Definition = HOOK,
    knobs: Knobs | None = None,
    name: str = "mine",
    catalogue: Catalogue | None = None,
) -> EventGrid:
    """Event Grid with one subscription, whose endpoint agreed before `NOW`."""
    made = grid(knobs, catalogue=catalogue)
    made.subscriptions.plant(subscription_id(name), SOURCE, definition, NOW - timedelta(days=1))
    return made


def only(made: EventGrid) -> Subscription:
    """The one subscription there is."""
    (found,) = made.state.subscriptions.values()
    return found


def news(
    name: str = "db-password",
    version: str = "v1",
    *,
    kind: ObjectType = "Secret",
    at: datetime = NOW,
    expires: datetime | None = None,
    not_before: int | None = None,
) -> News:
    """A new version."""
    seconds = None if expires is None else int(expires.timestamp())
    return News(vault="kv-one", kind=kind, name=name, version=version, not_before=not_before, expires=seconds, at=at)


_numbers = itertools.count()


def event(name: str = "db-password", what: str = "Microsoft.KeyVault.SecretNewVersionCreated") -> Event:
    """An event of the vault."""
    data = (("Id", f"{SOURCE.url}/secrets/{name}/v1"), ("ObjectType", "Secret"), ("ObjectName", name), ("EXP", None))
    return Event(id=f"event-{next(_numbers)}", topic=VAULT_ID, subject=name, type=what, time=NOW, data=data)


def subjects(deliveries: list[Delivery]) -> list[list[str]]:
    """The subjects in each delivery of the Event Grid schema."""
    return [[each["subject"] for each in json.loads(delivery.body)] for delivery in deliveries]


def types(deliveries: list[Delivery]) -> list[str]:
    """The types of all delivered events, without the namespace."""
    found = [each["eventType"] for delivery in deliveries for each in json.loads(delivery.body)]
    return [each.removeprefix("Microsoft.KeyVault.") for each in found]


def header(delivery: Delivery, name: str) -> str | None:
    """One header of a delivery."""
    return next((value for key, value in delivery.headers if key.lower() == name.lower()), None)


def status(code: int = 200, content: Any = None, **headers: str) -> Response:
    """An answer of the endpoint; `_` in a header's name stands for `-`."""
    body = b"" if content is None else json.dumps(content).encode()
    return Response(
        status=code, headers=tuple((key.replace("_", "-"), value) for key, value in headers.items()), body=body
    )


def agree(delivery: Delivery) -> Response:
    """What a good endpoint answers to a handshake of either schema, or to events."""
    if delivery.kind is Kind.VALIDATION and delivery.method == "POST":
        (question,) = json.loads(delivery.body)
        return status(200, {"validationResponse": question["data"]["validationCode"]})
    return status(200, WebHook_Allowed_Origin="*", WebHook_Allowed_Rate="*")


def drained(made: EventGrid, now: datetime, answer: int = 200) -> Iterator[Delivery]:
    """Take everything that is due at `now`, and answer each so."""
    for delivery in made.take(now):
        made.answered(delivery, status(answer), now)
        yield delivery


def later(**duration: float) -> datetime:
    """An instant after `NOW`."""
    return NOW + timedelta(**duration)
