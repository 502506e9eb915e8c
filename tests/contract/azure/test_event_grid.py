"""Event Grid as the vendor's management client sets it up, and an endpoint that reads with the vendor's types."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest
from azure.core.exceptions import HttpResponseError
from azure.core.messaging import CloudEvent
from azure.core.pipeline.transport import RequestsTransport
from azure.eventgrid import EventGridEvent, SystemEventNames
from azure.mgmt.eventgrid import EventGridManagementClient
from azure.mgmt.eventgrid.aio import EventGridManagementClient as AsyncEventGridManagementClient
from azure.mgmt.eventgrid.models import (
    DynamicDeliveryAttributeMapping,
    EventSubscription,
    EventSubscriptionFilter,
    EventSubscriptionUpdateParameters,
    RetryPolicy,
    StaticDeliveryAttributeMapping,
    StringContainsAdvancedFilter,
    SystemTopic,
    WebHookEventSubscriptionDestination,
)
from joserfc import jwt
from joserfc.jwk import KeySet

from keyferry.lab.serve import events
from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.events import Deliverer
from keyferry.lab.serve.issuers import Address
from keyferry.lab.world.http import Request
from tests.fakes import endpoint as endpoints
from tests.fakes import lab_azure
from tests.fakes.azure_world import QUICK, World
from tests.fakes.endpoint import Endpoint

SUBSCRIPTION = lab_azure.azure().directory.tenants[0].subscription_id
VAULT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-one"


@asynccontextmanager
async def _endpoint(world: World) -> AsyncIterator[tuple[Endpoint, Deliverer]]:
    """An endpoint, and Event Grid's deliverer that trusts it."""
    authority = Authority(world.now() - timedelta(minutes=1))
    async with endpoints.running(authority, world.now) as endpoint:
        deliverer = Deliverer(
            world.azure.grid,
            now=world.now,
            faults=world.faults,
            trust=events.trust(authority.certificate_pem),
            where=endpoint.where,
        )
        await deliverer.open()
        try:
            yield endpoint, deliverer
        finally:
            await deliverer.close()


@asynccontextmanager
async def _client(world: World) -> AsyncIterator[AsyncEventGridManagementClient]:
    async with (
        world.credential(world.officer_token(), client_id=lab_azure.OFFICER) as credential,
        AsyncEventGridManagementClient(
            credential,
            SUBSCRIPTION,
            transport=world.transport(),
            polling_interval=0.01,
            **QUICK,
        ) as client,
    ):
        yield client


def _subscription(**changes: Any) -> EventSubscription:
    destination = WebHookEventSubscriptionDestination(endpoint_url=endpoints.URL, **changes.pop("destination", {}))
    return EventSubscription(destination=destination, **changes)


async def _set_secret(world: World, name: str, **changes: Any) -> None:
    async with (
        world.credential(world.officer_token(), client_id=lab_azure.OFFICER) as credential,
        world.secrets(credential) as client,
    ):
        await client.set_secret(name, "second", **changes)


async def test_from_subscription_to_event(world: World) -> None:
    async with _endpoint(world) as (endpoint, _), _client(world) as client:
        poller = await client.event_subscriptions.begin_create_or_update(
            VAULT,
            "mine",
            _subscription(
                filter=EventSubscriptionFilter(
                    included_event_types=[SystemEventNames.KeyVaultSecretNewVersionCreatedEventName],
                    advanced_filters=[StringContainsAdvancedFilter(key="data.ObjectName", values=["password"])],
                ),
                labels=["a"],
                retry_policy=RetryPolicy(max_delivery_attempts=3, event_time_to_live_in_minutes=60),
                destination={
                    "delivery_attribute_mappings": [
                        StaticDeliveryAttributeMapping(name="x-key", value="sesame", is_secret=True),
                        DynamicDeliveryAttributeMapping(name="x-name", source_field="subject"),
                    ]
                },
            ),
        )
        made = await poller.result()
        assert made.as_dict()["provisioning_state"] == "Succeeded"
        assert made.as_dict()["topic"] == VAULT
        assert made.labels == ["a"]
        assert (await endpoint.next()).headers["aeg-event-type"] == "SubscriptionValidation"
        await _set_secret(world, "json-thing")  # which the filter leaves out
        await _set_secret(world, "db-password")
        delivery = await endpoint.next()
        (event,) = [EventGridEvent.from_dict(each) for each in json.loads(delivery.body)]
        assert (event.topic, event.subject) == (VAULT, "db-password")
        assert event.event_type == SystemEventNames.KeyVaultSecretNewVersionCreatedEventName
        assert event.data["VaultName"] == "kv-one"
        assert event.data["Id"].startswith("https://kv-one.vault.azure.net/secrets/db-password/")
        assert (delivery.headers["x-key"], delivery.headers["x-name"]) == ("sesame", "db-password")


async def test_what_is_written_is_read_changed_listed_and_deleted(world: World) -> None:
    async with _endpoint(world), _client(world) as client:
        operations = client.event_subscriptions
        await (await operations.begin_create_or_update(VAULT, "mine", _subscription())).result()
        shown = (await operations.get(VAULT, "mine")).as_dict()["destination"]
        assert "endpoint_url" not in shown
        assert shown["endpoint_base_url"] == endpoints.URL.partition("?")[0]
        assert (await operations.get_full_url(VAULT, "mine")).endpoint_url == endpoints.URL
        assert (await operations.get_delivery_attributes(VAULT, "mine")).value == []
        update = EventSubscriptionUpdateParameters(labels=["changed"])
        assert (await (await operations.begin_update(VAULT, "mine", update)).result()).labels == ["changed"]
        of_vault = operations.list_by_resource("rg", "Microsoft.KeyVault", "vaults", "kv-one")
        assert [each.name async for each in of_vault] == ["mine"]
        of_region = operations.list_regional_by_resource_group("rg", "westeurope")
        assert [each.name async for each in of_region] == ["mine"]
        await (await operations.begin_delete(VAULT, "mine")).result()
        with pytest.raises(HttpResponseError, match="ResourceNotFound"):
            await operations.get(VAULT, "mine")


async def test_below_a_system_topic_with_cloud_events_by_the_blocking_client(world: World) -> None:
    def set_up(token_file: str) -> str | None:
        credential = world.sync_credential(token_file, client_id=lab_azure.OFFICER)
        transport = RequestsTransport(connection_verify=world.ca_file)
        with EventGridManagementClient(
            credential, SUBSCRIPTION, transport=transport, polling_interval=0.01, **QUICK
        ) as client:
            info = SystemTopic(location="westeurope", source=VAULT, topic_type="Microsoft.KeyVault.vaults")
            topic = client.system_topics.begin_create_or_update("rg", "vault-events", info).result()
            assert [each.name for each in client.system_topics.list_by_resource_group("rg")] == [topic.name]
            made = client.system_topic_event_subscriptions.begin_create_or_update(
                "rg", "vault-events", "mine", _subscription(event_delivery_schema="CloudEventSchemaV1_0")
            ).result()
            below = client.system_topic_event_subscriptions.list_by_system_topic("rg", "vault-events")
            assert [each.id for each in below] == [made.id]
            return made.provisioning_state

    async with _endpoint(world) as (endpoint, _):
        assert await asyncio.to_thread(set_up, world.officer_token()) == "Succeeded"
        assert (await endpoint.next()).method == "OPTIONS"
        await _set_secret(world, "db-password")
        delivery = await endpoint.next()
        assert delivery.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
        event: CloudEvent[dict[str, Any]] = CloudEvent.from_dict(json.loads(delivery.body))
        assert (event.source, event.subject) == (VAULT, "db-password")
        assert event.type == SystemEventNames.KeyVaultSecretNewVersionCreatedEventName


async def test_an_endpoint_that_is_not_there_fails_the_creation(world: World) -> None:
    async with _endpoint(world) as (endpoint, _), _client(world) as client:
        endpoint.address = Address(host="127.0.0.1", port=1)
        poller = await client.event_subscriptions.begin_create_or_update(VAULT, "mine", _subscription())
        with pytest.raises(HttpResponseError, match="URL validation"):
            await poller.result()
        assert (await client.event_subscriptions.get(VAULT, "mine")).provisioning_state == "Failed"


async def test_a_silent_endpoint_waits_for_somebody_to_open_the_validation_url(world: World) -> None:
    async with _endpoint(world) as (endpoint, _), _client(world) as client:
        endpoint.silent = True
        poller = await client.event_subscriptions.begin_create_or_update(VAULT, "mine", _subscription())
        url = endpoint.question(await endpoint.next())["validationUrl"]
        opened = lab_azure.drive(world.azure.handle(_get(url), world.now()))
        assert opened.status == 200
        assert (await poller.result()).provisioning_state == "Succeeded"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"event_delivery_schema": "CustomInputSchema"}, "eventDeliverySchema", id="schema"),
        pytest.param({"destination": {"max_events_per_batch": 5001}}, "maxEventsPerBatch", id="batch"),
        pytest.param({"retry_policy": RetryPolicy(max_delivery_attempts=31)}, "maxDeliveryAttempts", id="attempts"),
    ],
)
async def test_refuses_what_the_service_refuses(world: World, changes: dict[str, Any], words: str) -> None:
    async with _client(world) as client:
        with pytest.raises(HttpResponseError, match=words):
            await client.event_subscriptions.begin_create_or_update(VAULT, "mine", _subscription(**changes))


async def test_expiry_is_told_when_the_lab_s_clock_comes_there(world: World) -> None:
    async with _endpoint(world) as (endpoint, deliverer), _client(world) as client:
        await (await client.event_subscriptions.begin_create_or_update(VAULT, "mine", _subscription())).result()
        await endpoint.next()
        await _set_secret(world, "db-password", expires_on=world.now() + timedelta(days=90))
        told = [each["eventType"] for each in await endpoint.events()]
        for _ in range(2):
            world.clock.advance(timedelta(days=60))
            deliverer.wake()
            told += [each["eventType"] for each in await endpoint.events()]
    assert told == [
        SystemEventNames.KeyVaultSecretNewVersionCreatedEventName,
        SystemEventNames.KeyVaultSecretNearExpiryEventName,
        SystemEventNames.KeyVaultSecretExpiredEventName,
    ]


async def test_an_endpoint_that_entra_protects_gets_a_token_that_entra_signed(world: World) -> None:
    protected = {
        "azure_active_directory_tenant_id": lab_azure.TENANT,
        "azure_active_directory_application_id_or_uri": "api://hook",
    }
    async with _endpoint(world) as (endpoint, _), _client(world) as client:
        body = _subscription(destination=protected)
        await (await client.event_subscriptions.begin_create_or_update(VAULT, "mine", body)).result()
        scheme, _, token = (await endpoint.next()).headers["authorization"].partition(" ")
    async with aiohttp.ClientSession(trust_env=True) as session:
        address = f"https://login.microsoftonline.com/{lab_azure.TENANT}/discovery/v2.0/keys"
        async with session.get(address, ssl=events.trust(_ca(world))) as answer:
            keys = KeySet.import_key_set(await answer.json())
    claims = jwt.decode(token, keys, ["RS256"]).claims
    assert (scheme, claims["aud"], claims["tid"]) == ("Bearer", "api://hook", lab_azure.TENANT)
    assert claims["roles"] == ["AzureEventGridSecureWebhookSubscriber"]


def _get(url: str) -> Request:
    parts = urlsplit(url)
    return Request(method="GET", host=parts.hostname or "", path=parts.path, query=tuple(parse_qsl(parts.query)))


def _ca(world: World) -> bytes:
    return (world.folder / "ca.pem").read_bytes()
