from dataclasses import replace

from keyferry.lab.azure.eventgrid import events as grid
from keyferry.provision.arm import watching
from keyferry.spec.estate.estate import Events
from tests.fakes.estates import TENANT, small, wide

EVENTS = Events(endpoint="https://events.example.org/events", application="api://events")
VAULT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"


def test_a_topic_is_where_its_vault_is() -> None:
    topic = watching.topic(small(), "kv", VAULT, "northeurope")
    assert topic.id.endswith("/providers/Microsoft.EventGrid/systemTopics/shops-kv")
    assert topic.body["location"] == "northeurope"
    assert topic.body["properties"] == {"source": VAULT, "topicType": "Microsoft.KeyVault.vaults"}


def test_a_subscription_hears_of_new_versions_and_is_signed_by_entra() -> None:
    found = watching.subscription(small(), EVENTS, "/topics/shops-kv", "events of kv")
    assert found.id == "/topics/shops-kv/eventSubscriptions/shops-kv"
    assert found.shown is not None
    written, shown = (body["properties"]["destination"]["properties"] for body in (found.body, found.shown))
    assert written["endpointUrl"] == shown["endpointBaseUrl"] == EVENTS.endpoint
    assert written["azureActiveDirectoryTenantId"] == TENANT
    assert found.body["properties"]["filter"]["includedEventTypes"] == list(watching.EVENT_TYPES)


def test_the_event_types_are_azures() -> None:
    assert set(watching.EVENT_TYPES) <= set(grid.TYPES)


def test_a_workspace_keeps_logs_for_as_long_as_told() -> None:
    monitoring = wide().monitoring
    assert monitoring is not None
    found = watching.workspace(small(), replace(monitoring, retention_days=60))
    assert found.id.endswith("/providers/Microsoft.OperationalInsights/workspaces/shops-audit")
    assert found.body["properties"]["retentionInDays"] == 60


def test_an_audit_log_goes_to_the_workspace() -> None:
    found = watching.audit(small(), "/workspace", VAULT, "audit log of kv")
    assert found.id == f"{VAULT}/providers/Microsoft.Insights/diagnosticSettings/shops-audit"
    assert found.body["properties"]["workspaceId"] == "/workspace"
