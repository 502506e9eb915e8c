"""Diagnostic settings of a vault by the unmodified azure-mgmt-monitor."""

from typing import Any

from azure.mgmt.monitor import MonitorManagementClient
from azure.mgmt.monitor.aio import MonitorManagementClient as AsyncMonitorManagementClient
from azure.mgmt.monitor.v2021_05_01_preview.models import DiagnosticSettingsResource, LogSettings

from tests.fakes import arm_clients, lab_arm
from tests.fakes.azure_world import World

VAULT = f"{lab_arm.VAULTS}/kv-one"
WORKSPACE = f"{lab_arm.GROUP}/providers/Microsoft.OperationalInsights/workspaces/logs"
SETTING = DiagnosticSettingsResource(
    workspace_id=WORKSPACE,
    log_analytics_destination_type="Dedicated",
    logs=[LogSettings(category="AuditEvent", enabled=True)],
)


async def test_a_setting_comes_and_goes(world: World) -> None:
    client: Any = arm_clients.blocking(world, MonitorManagementClient)

    def work() -> None:
        settings = client.diagnostic_settings
        made = settings.create_or_update(VAULT, "audit", SETTING)
        assert (made.workspace_id, made.logs[0].category) == (WORKSPACE, "AuditEvent")
        assert settings.get(VAULT, "audit").log_analytics_destination_type == "Dedicated"
        assert [each.name for each in settings.list(VAULT)] == ["audit"]
        settings.delete(VAULT, "audit")
        settings.delete(VAULT, "audit")
        assert arm_clients.refused(lambda: settings.get(VAULT, "audit")) == (404, "ResourceNotFound")
        empty = DiagnosticSettingsResource(logs=SETTING.logs)
        assert arm_clients.refused(lambda: settings.create_or_update(VAULT, "audit", empty)) == (400, "BadRequest")

    await arm_clients.run(work)


async def test_the_same_by_awaiting(world: World) -> None:
    async with arm_clients.waiting(world, AsyncMonitorManagementClient) as client:
        await client.diagnostic_settings.create_or_update(VAULT, "audit", SETTING)
        assert [each.name async for each in client.diagnostic_settings.list(VAULT)] == ["audit"]
