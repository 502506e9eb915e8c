"""The events of a vault: what each says, and which of them time brings.

https://learn.microsoft.com/azure/event-grid/event-schema-key-vault
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from keyferry.lab.azure.eventgrid.source import Source
from keyferry.lab.azure.eventgrid.state import Event, Planned
from keyferry.lab.azure.keyvault.news import News

NAMESPACE: Final = "Microsoft.KeyVault"
KINDS: Final = ("Secret", "Key", "Certificate")
POLICY_CHANGED: Final = f"{NAMESPACE}.VaultAccessPolicyChanged"
TYPES: Final = (
    *(f"{NAMESPACE}.{kind}{what}" for kind in KINDS for what in ("NewVersionCreated", "NearExpiry", "Expired")),
    POLICY_CHANGED,
)


def new_version(source: Source, news: News, new_id: Callable[[], str]) -> Event:
    """Return the event of a new version."""
    return _event(source, news, "NewVersionCreated", news.at, new_id())


def planned(source: Source, news: News, near: int, new_id: Callable[[], str]) -> tuple[Planned, ...]:
    """Return what the version's expiry will bring, each at its own time; nothing where it never expires.

    It is near its end from `near` on, in unix seconds. That is told at once of a version that is nearer when it is
    made, and never of one that is over.
    """
    if news.expires is None:
        return ()
    end = datetime.fromtimestamp(news.expires, UTC)
    expired = Planned(event=_event(source, news, "Expired", end, new_id()), made=news.at, current_only=False)
    if end <= news.at:
        return (expired,)
    warned = max(datetime.fromtimestamp(near, UTC), news.at)
    nearing = Planned(event=_event(source, news, "NearExpiry", warned, new_id()), made=news.at, current_only=True)
    return (nearing, expired)


def policy_changed(source: Source, now: datetime, new_id: Callable[[], str]) -> Event:
    """Return the event of changed access policies, or of a change between them and roles.

    Which values its data has is not documented; these are the lab's reading of the schema.
    """
    data = (
        ("Id", source.url),
        ("VaultName", source.name),
        ("ObjectType", "Vault"),
        ("ObjectName", source.name),
        ("Version", None),
        ("NBF", None),
        ("EXP", None),
    )
    return Event(id=new_id(), topic=source.id, subject=source.name, type=POLICY_CHANGED, time=now, data=data)


def object_key(event: Event) -> str:
    """Return what is the same for all versions of one object."""
    data = dict(event.data)
    return f"{event.topic}/{data['ObjectType']}/{data['ObjectName']}".lower()


def news_of(planned: Planned) -> News:
    """Return the news by which the event was planned."""
    data: Mapping[str, Any] = dict(planned.event.data)
    return News(
        vault=data["VaultName"],
        kind=data["ObjectType"],
        name=data["ObjectName"],
        version=data["Version"],
        not_before=data["NBF"],
        expires=data["EXP"],
        at=planned.made,
    )


def _event(source: Source, news: News, what: str, time: datetime, event_id: str) -> Event:
    data = (
        ("Id", f"{source.url}/{news.kind.lower()}s/{news.name}/{news.version}"),
        ("VaultName", source.name),
        ("ObjectType", news.kind),
        ("ObjectName", news.name),
        ("Version", news.version),
        ("NBF", news.not_before),
        ("EXP", news.expires),
    )
    return Event(
        id=event_id,
        topic=source.id,
        subject=news.name,
        type=f"{NAMESPACE}.{news.kind}{what}",
        time=time,
        data=data,
    )
