"""A rotation that Event Grid tells of: from the vault over the lab's Event Grid to the operator, and into the Secret."""

import asyncio
import json
import socket
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from azure.mgmt.eventgrid.aio import EventGridManagementClient
from azure.mgmt.eventgrid.models import (
    EventSubscription,
    RetryPolicy,
    StaticDeliveryAttributeMapping,
    WebHookEventSubscriptionDestination,
)
from prometheus_client.parser import text_string_to_metric_families

from keyferry.cli import engineer, looking
from keyferry.cli.processes import Process
from keyferry.cli.session import Session, open_session
from keyferry.identity.http import Proxies, SharedTransport
from keyferry.identity.http import open_session as open_http
from keyferry.kube.wire.objects import Key
from keyferry.lab.azure.eventgrid.delivery import Attempt, Kind
from keyferry.lab.azure.eventgrid.knobs import Knobs
from keyferry.lab.azure.seed import parse
from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.issuers import Entry
from keyferry.lab.serve.lab import Lab
from keyferry.lab.serve.options import Options
from tests.fakes import tls_terminator
from tests.fakes.tls_terminator import Terminator
from tests.scenario.stage import CANARY, PATIENCE, SEED, TENANT, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOST = "hooks.example"
URL = f"https://{HOST}/events"
KEY = "a-key-of-events-that-nobody-may-see"
AUDIENCE = "api://keyferry-events"
CLOUD_EVENTS = "CloudEventSchemaV1_0"
PROTECTED = {
    "azure_active_directory_tenant_id": TENANT,
    "azure_active_directory_application_id_or_uri": AUDIENCE,
}
BY_HEADER = {"delivery_attribute_mappings": [StaticDeliveryAttributeMapping(name="X-Keyferry-Key", value=KEY)]}


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
    door: Terminator
    management: EventGridManagementClient

    @property
    def lab(self) -> Lab:
        """The lab."""
        return self.stage.session.lab

    @asynccontextmanager
    async def subscribed(self, url: str = URL, schema: str = "", **changes: Any) -> AsyncIterator[None]:
        """Have an event subscription to the vault, made and deleted with the vendor's client."""
        retry = changes.pop("retry", None)
        destination = WebHookEventSubscriptionDestination(endpoint_url=url, **changes)
        wanted = EventSubscription(
            destination=destination, event_delivery_schema=schema or "EventGridSchema", retry_policy=retry
        )
        vault = self.lab.azure.keyvault.estate
        operations, scope = self.management.event_subscriptions, _vault_id(self.lab)
        made = await (await operations.begin_create_or_update(scope, "keyferry", wanted)).result()
        assert made.as_dict()["provisioning_state"] == "Succeeded"
        try:
            yield
        finally:
            await (await operations.begin_delete(scope, "keyferry")).result()

    def attempts(self) -> list[Attempt]:
        """Every delivery of an event that was tried so far."""
        return [each for each in self.lab.azure.grid.deliveries() if each.kind == Kind.NOTIFICATION]

    async def until_attempts(self, number: int) -> list[Attempt]:
        """Wait until so many deliveries were tried."""

        async def look() -> list[Attempt] | None:
            found = self.attempts()
            return found if len(found) >= number else None

        return await looking.until(look, seconds=PATIENCE, what=f"{number} deliveries")

    def reads(self, name: str) -> int:
        """How often the operator's identity got a secret's value from the vault."""
        return sum(record.operation == "SecretGet" and f"/secrets/{name}" in str(record) for record in self.lab.azure.audit)
