"""What tells of an estate's vaults: Event Grid's subscriptions, and where audit logs go. Pure.

https://learn.microsoft.com/azure/templates/microsoft.eventgrid/eventsubscriptions
https://learn.microsoft.com/azure/templates/microsoft.insights/diagnosticsettings
"""

from typing import Any, Final

from keyferry.provision.arm import addresses, bodies
from keyferry.provision.arm.ensuring import Resource
from keyferry.spec.estate.estate import Estate, Events, Monitoring

EVENT_TYPES: Final = tuple(f"Microsoft.KeyVault.{kind}NewVersionCreated" for kind in ("Secret", "Certificate", "Key"))


def topic(estate: Estate, vault_name: str, vault_id: str, location: str) -> Resource:
    """Return the topic of what happens in a vault, where the vault is. Azure keeps one for each vault."""
    name = f"{estate.name}-{vault_name}"
    properties = {"source": vault_id, "topicType": "Microsoft.KeyVault.vaults"}
    return Resource(
        id=f"{addresses.group(estate.azure)}/providers/Microsoft.EventGrid/systemTopics/{name}",
        version=addresses.EVENTS_VERSION,
        about=f"events of vault {vault_name}",
        body={**bodies.placed(estate.azure), "location": location, "properties": properties},
    )


def subscription(estate: Estate, events: Events, topic_id: str, about: str) -> Resource:
    """Return the subscription that tells `events.endpoint` of new versions; its deliveries are signed by Entra.

    It is called as its topic is, the same as in deploy/terraform.
    An address may hold a key, so Azure shows it only without what comes after its path.
    """

    def body(address: str) -> dict[str, Any]:
        destination = {
            address: events.endpoint,
            "azureActiveDirectoryTenantId": estate.azure.tenant_id,
            "azureActiveDirectoryApplicationIdOrUri": events.application,
        }
        return {
            "properties": {
                "destination": {"endpointType": "WebHook", "properties": destination},
                "filter": {"includedEventTypes": list(EVENT_TYPES)},
                "eventDeliverySchema": "CloudEventSchemaV1_0",
            }
        }

    return Resource(
        id=f"{topic_id}/eventSubscriptions/{topic_id.rpartition('/')[2]}",
        version=addresses.EVENTS_VERSION,
        about=about,
        body=body("endpointUrl"),
        shown=body("endpointBaseUrl"),
    )


def workspace(estate: Estate, monitoring: Monitoring) -> Resource:
    """Return the Log Analytics workspace that is made where the estate names none."""
    properties = {"sku": {"name": "PerGB2018"}, "retentionInDays": monitoring.retention_days}
    name = f"{estate.name}-audit"
    return Resource(
        id=f"{addresses.group(estate.azure)}/providers/Microsoft.OperationalInsights/workspaces/{name}",
        version=addresses.WORKSPACES_VERSION,
        about=f"workspace {name}",
        body={**bodies.placed(estate.azure), "properties": properties},
    )


def audit(estate: Estate, workspace_id: str, vault_id: str, about: str) -> Resource:
    """Return the setting that sends a vault's audit log to a workspace, into the table of vaults' own."""
    properties = {
        "workspaceId": workspace_id,
        "logAnalyticsDestinationType": "Dedicated",
        "logs": [{"categoryGroup": "audit", "enabled": True}],
    }
    return Resource(
        id=f"{vault_id}/providers/Microsoft.Insights/diagnosticSettings/{estate.name}-audit",
        version=addresses.DIAGNOSTICS_VERSION,
        about=about,
        body={"properties": properties},
    )
