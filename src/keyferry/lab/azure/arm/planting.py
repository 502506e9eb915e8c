"""ARM's own state as a seed declares it: a resource group for every resource, and what the seed says of ARM."""

import copy
from typing import Final

from keyferry.lab.azure.arm.state import (
    ArmState,
    Cluster,
    DiagnosticSetting,
    IdentityBinding,
    ResourceGroup,
    Settings,
)
from keyferry.lab.azure.seed.declaration import Seed
from keyferry.lab.azure.seed.resources import ArmSeed, ArmSettings, ClusterSeed, DiagnosticSettingSeed

# Every cluster has these; the az CLI updates none without. "msi" says that it has no service principal of its own.
_CLUSTER: Final = {
    "agentPoolProfiles": [
        {
            "name": "nodepool1",
            "mode": "System",
            "type": "VirtualMachineScaleSets",
            "count": 1,
            "vmSize": "Standard_D2s_v5",
            "osType": "Linux",
            "provisioningState": "Succeeded",
        }
    ],
    "servicePrincipalProfile": {"clientId": "msi"},
    "networkProfile": {"networkPlugin": "azure", "loadBalancerSku": "standard", "outboundType": "loadBalancer"},
}


def plant(seed: Seed) -> ArmState:
    """Return the state of a lab that starts."""
    state = ArmState(settings=_settings(seed.arm.settings))
    for group in seed.arm.groups:
        _add_group(state, group.id, group.location, dict(group.tags))
    for resource_id, location in (
        *((each.resource_id, each.location) for each in seed.vaults),
        *((each.resource_id, each.location) for each in seed.identities),
        *((each.resource_id, each.location) for each in seed.arm.clusters),
    ):
        _add_group(state, resource_id.partition("/providers/")[0], location, {})
    for cluster in seed.arm.clusters:
        _add_cluster(state, cluster)
    for setting in seed.arm.diagnostic_settings:
        _add_diagnostic_setting(state, setting)
    subscriptions = [tenant.subscription_id for tenant in seed.tenants]
    state.unregistered = _unregistered(seed.arm, subscriptions)
    return state


def _settings(seed: ArmSettings) -> Settings:
    return Settings(
        vault_dns_seconds=seed.vault_dns_seconds,
        purge_seconds=seed.purge_seconds,
        credential_write_seconds=seed.credential_write_seconds,
        throttle_credential_writes=seed.throttle_credential_writes,
    )


def _add_group(state: ArmState, group_id: str, location: str, tags: dict[str, str]) -> None:
    """A group exists where something is in it, and is where the first of them is."""
    group = ResourceGroup(id=group_id, name=group_id.rpartition("/")[2], location=location, tags=tags)
    state.groups.setdefault(group_id.lower(), group)


def _add_cluster(state: ArmState, seed: ClusterSeed) -> None:
    cluster = Cluster(
        id=seed.resource_id,
        name=seed.name,
        location=seed.location,
        tenant_id=seed.tenant_id,
        issuer_url=seed.issuer_url,
        workload_identity=seed.workload_identity,
        properties=copy.deepcopy(_CLUSTER),
    )
    state.clusters[cluster.id.lower()] = cluster
    for identity_id in seed.bindings:
        name = identity_id.rpartition("/")[2]
        binding = IdentityBinding(id=f"{cluster.id}/identityBindings/{name}", name=name, identity_id=identity_id)
        state.bindings[binding.id.lower()] = binding


def _add_diagnostic_setting(state: ArmState, seed: DiagnosticSettingSeed) -> None:
    name, written = seed.destination
    logs = [{"category": category, "enabled": True} for category in seed.categories]
    setting = DiagnosticSetting(
        id=f"{seed.vault_id}/providers/Microsoft.Insights/diagnosticSettings/{seed.name}",
        name=seed.name,
        properties={name: written, "logs": logs},
    )
    state.diagnostics[setting.id.lower()] = setting


def _unregistered(seed: ArmSeed, subscriptions: list[str]) -> dict[str, bool]:
    return {
        f"{subscription}/{namespace.lower()}": True for subscription in subscriptions for namespace in seed.unregistered
    }
