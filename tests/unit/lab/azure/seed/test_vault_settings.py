from typing import Any

import pytest

from keyferry.lab.azure.seed import vault_settings
from keyferry.lab.azure.seed.fields import Fields, SeedError
from keyferry.lab.azure.vault_settings import AccessPolicy, NetworkRules, VaultSettings, VirtualNetworkRule
from tests.fakes.lab_azure import OTHER_TENANT, READER, TENANT


def _parse(**document: Any) -> VaultSettings:
    fields = Fields(document, "vaults[0]")
    settings = vault_settings.parse(fields, TENANT, {"reader": READER})
    fields.done()
    return settings


def test_nothing_is_the_default() -> None:
    assert _parse() == VaultSettings()


def test_reads_everything() -> None:
    settings = _parse(
        sku="premium",
        enableRbacAuthorization=False,
        accessPolicies=[
            {
                "objectId": READER.upper(),
                "tenantId": OTHER_TENANT,
                "applicationId": OTHER_TENANT,
                "permissions": {"secrets": ["get"], "keys": ["all"], "certificates": ["list"], "storage": ["get"]},
            },
            {"identity": "Reader"},
        ],
        networkAcls={
            "defaultAction": "Deny",
            "bypass": "None",
            "ipRules": [{"value": "203.0.113.0/24"}, {"value": "198.51.100.7"}],
            "virtualNetworkRules": [{"id": "/subnet", "ignoreMissingVnetServiceEndpoint": True}],
        },
        enabledForDeployment=True,
        enabledForDiskEncryption=True,
        enabledForTemplateDeployment=True,
        tags={"team": "a"},
    )
    assert settings == VaultSettings(
        sku="premium",
        rbac=False,
        access_policies=(
            AccessPolicy(
                tenant_id=OTHER_TENANT,
                object_id=READER,
                application_id=OTHER_TENANT,
                secrets=("get",),
                keys=("all",),
                certificates=("list",),
                storage=("get",),
            ),
            AccessPolicy(tenant_id=TENANT, object_id=READER),
        ),
        network=NetworkRules(
            default_action="Deny",
            bypass="None",
            ip_rules=("203.0.113.0/24", "198.51.100.7"),
            virtual_network_rules=(VirtualNetworkRule(id="/subnet", ignore_missing_endpoint=True),),
        ),
        enabled_for_deployment=True,
        enabled_for_disk_encryption=True,
        enabled_for_template_deployment=True,
        tags=(("team", "a"),),
    )


@pytest.mark.parametrize(
    ("document", "path"),
    [
        pytest.param({"sku": "gold"}, "vaults[0].sku", id="sku"),
        pytest.param({"networkAcls": {"defaultAction": "deny"}}, "vaults[0].networkAcls.defaultAction", id="action"),
        pytest.param({"networkAcls": {"bypass": "All"}}, "vaults[0].networkAcls.bypass", id="bypass"),
        pytest.param(
            {"networkAcls": {"ipRules": [{"value": "::1"}]}}, "vaults[0].networkAcls.ipRules[0].value", id="ipv6"
        ),
        pytest.param(
            {"networkAcls": {"ipRules": [{"value": "10.0.0.0/33"}]}},
            "vaults[0].networkAcls.ipRules[0].value",
            id="mask",
        ),
        pytest.param({"accessPolicies": [{}]}, "vaults[0].accessPolicies[0].objectId", id="nobody"),
        pytest.param(
            {"accessPolicies": [{"identity": "none"}]}, "vaults[0].accessPolicies[0].identity", id="unknown-identity"
        ),
        pytest.param(
            {"accessPolicies": [{"identity": "reader", "permissions": {"secrets": ["get, list"]}}]},
            "vaults[0].accessPolicies[0].permissions.secrets",
            id="no-word",
        ),
    ],
)
def test_what_is_wrong_is_named(document: dict[str, Any], path: str) -> None:
    with pytest.raises(SeedError) as refusal:
        _parse(**document)
    assert refusal.value.path == path
