"""The way of events: operators that take them, the door before them, Event Grid behind it, and what each counted."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from azure.mgmt.eventgrid.aio import EventGridManagementClient
from azure.mgmt.eventgrid.models import EventSubscription, RetryPolicy, WebHookEventSubscriptionDestination
from prometheus_client.parser import text_string_to_metric_families

from keyferry.cli import looking
from keyferry.cli.processes import Process
from keyferry.cli.session import Session
from keyferry.cli.webhook_plugin import free_port
from keyferry.kube.wire.objects import Key
from keyferry.lab.serve.lab import Lab
from tests.fakes.patience import PATIENCE
from tests.fakes.tls_terminator import Terminator
from tests.scenario.stage import CANARY, Stage

HOST = "hooks.example"
URL = f"https://{HOST}/events"
EVENT_GRID = "EventGridSchema"


@dataclass(kw_only=True)
class Replica:
    """One operator: its process, and where it takes events and shows its metrics."""

    process: Process
    events_port: int
    metrics_port: int

    async def counted(self, name: str, label: str) -> Counter[str]:
        """The counter `name` by one of its labels."""
        url = f"http://127.0.0.1:{self.metrics_port}/metrics"
        async with aiohttp.ClientSession() as http, http.get(url) as answer:
            families = list(text_string_to_metric_families(await answer.text()))
        found: Counter[str] = Counter()
        for family in families:
            for sample in family.samples:
                if sample.name == f"{name}_total":
                    found[sample.labels[label]] += int(sample.value)
        return found

    async def ready(self) -> bool | None:
        """True once it can work."""
        url = f"http://127.0.0.1:{self.metrics_port}/readyz"
        try:
            async with aiohttp.ClientSession() as http, http.get(url) as answer:
                return True if answer.status == 200 else None
        except aiohttp.ClientError:
            return None

    async def deliveries(self) -> Counter[str]:
        """The requests at the events address, by status."""
        return await self.counted("keyferry_event_deliveries", "status")

    async def activity(self) -> Counter[str]:
        """What the feeds did."""
        return await self.counted("keyferry_feed_activity", "activity")


@dataclass(kw_only=True)
class Street:
    """The whole way: the lab with its Event Grid, the terminator at the door, the operator behind it."""

    stage: Stage
    replica: Replica
    flags: tuple[str, ...]
    door: Terminator
    management: EventGridManagementClient

    @property
    def lab(self) -> Lab:
        """The lab."""
        return self.stage.session.lab

    @asynccontextmanager
    async def subscribed(
        self, url: str = URL, schema: str = EVENT_GRID, retry: RetryPolicy | None = None, **destination: Any
    ) -> AsyncIterator[None]:
        """Have an event subscription to the vault, made and deleted with the vendor's client."""
        wanted = EventSubscription(
            destination=WebHookEventSubscriptionDestination(endpoint_url=url, **destination),
            event_delivery_schema=schema,
            retry_policy=retry,
        )
        operations, vault = self.management.event_subscriptions, self.lab.seed.vaults[0].resource_id
        made = await (await operations.begin_create_or_update(vault, "keyferry", wanted)).result()
        assert made.as_dict()["provisioning_state"] == "Succeeded"
        try:
            yield
        finally:
            await (await operations.begin_delete(vault, "keyferry")).result()

    async def follows(self, name: str, **spec: Any) -> Key:
        """Store a new secret, and have an ExternalSecret of the same name that holds it, and looks once in an hour."""
        await self.stage.prepare("one")
        await self.stage.rotate(name, f"{CANARY}-first")
        data = [{"secretKey": "PASSWORD", "remoteRef": {"key": name}}]
        key = await self.stage.put("one", name, **{"refreshInterval": "1h", "data": data} | spec)
        await self.stage.holding(key, PASSWORD=f"{CANARY}-first")
        return key

    async def rotates(self, key: Key, value: str = f"{CANARY}-second") -> None:
        """Store a new version, and wait until the Secret holds it."""
        await self.stage.rotate(key.name, value)
        await self.stage.holding(key, PASSWORD=value)

    def statuses(self, name: str) -> list[int | None]:
        """The answers to the deliveries about a secret, in order."""
        return [each.status for each in self.lab.azure.grid.deliveries() if each.subjects == (name,)]

    async def answered(self, name: str, number: int) -> list[int | None]:
        """Wait until so many deliveries about a secret were tried."""

        async def look() -> list[int | None] | None:
            found = self.statuses(name)
            return found if len(found) >= number else None

        return await looking.until(look, seconds=PATIENCE, what=f"{number} deliveries about {name}")

    def reads(self, name: str) -> int:
        """How often a secret's value was got from the vault."""
        place = f"/secrets/{name}"
        return sum(each.operation == "SecretGet" and place in each.request_uri for each in self.lab.azure.audit)


@asynccontextmanager
async def replica(session: Session, *flags: str) -> AsyncIterator[tuple[Stage, Replica]]:
    """An operator that is ready, with ports of its own."""
    events_port, metrics_port = free_port(), free_port()
    addresses = ("--events-addr", f"127.0.0.1:{events_port}", "--metrics-addr", f"127.0.0.1:{metrics_port}")
    async with Stage.open(session, *addresses, *flags) as stage:
        made = Replica(process=stage.operator, events_port=events_port, metrics_port=metrics_port)
        await looking.until(made.ready, seconds=PATIENCE, what="the operator's readiness")
        yield stage, made
