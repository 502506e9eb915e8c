"""keyferry.spec.estate.vault_parts"""

from typing import Any

import pytest

from keyferry.spec.estate.estate import (
    ExistingIdentity,
    ExistingVault,
    Identity,
    Network,
    NewIdentity,
    NewVault,
    PrivateEndpoint,
    Vault,
)
from tests.fakes.estate_documents import NETWORK, SUBNET, SUBSCRIPTION, ZONE, estate, problems

OPEN = Network(is_open=True, ip_rules=(), subnet_ids=())
CLOSED = Network(is_open=False, ip_rules=(), subnet_ids=())
OTHER = "00000000-0000-4000-8000-000000000002"


def new(network: Network = OPEN, endpoint: PrivateEndpoint | None = None, **changed: Any) -> NewVault:
    fields: dict[str, Any] = {"is_premium": False, "retention_days": 90, "has_purge_protection": True} | changed
    return NewVault(name="kv-a", network=network, private_endpoint=endpoint, **fields)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param({}, new(), id="new"),
        pytest.param(
            {"sku": "premium", "retentionDays": 7, "purgeProtection": False},
            new(is_premium=True, retention_days=7, has_purge_protection=False),
            id="new-in-detail",
        ),
        pytest.param({"network": {"open": True}}, new(), id="open"),
        pytest.param(
            {"network": {"ipRules": ["203.0.113.7"]}},
            new(Network(is_open=False, ip_rules=("203.0.113.7",), subnet_ids=())),
            id="closed-but-for-an-address",
        ),
        pytest.param(
            {"network": {"subnetIds": [SUBNET]}},
            new(Network(is_open=False, ip_rules=(), subnet_ids=(SUBNET,))),
            id="closed-but-for-a-subnet",
        ),
        pytest.param(
            {"privateEndpoint": {"subnetId": SUBNET}},
            new(CLOSED, PrivateEndpoint(subnet_id=SUBNET, network_id=NETWORK, dns_zone_id="")),
            id="closed-but-for-an-endpoint",
        ),
        pytest.param(
            {"privateEndpoint": {"subnetId": SUBNET, "networkId": f"{NETWORK}2", "dnsZoneId": ZONE}},
            new(CLOSED, PrivateEndpoint(subnet_id=SUBNET, network_id=f"{NETWORK}2", dns_zone_id=ZONE)),
            id="endpoint-in-detail",
        ),
        pytest.param(
            {"privateEndpoint": {"subnetId": SUBNET}, "network": {"open": True}},
            new(OPEN, PrivateEndpoint(subnet_id=SUBNET, network_id=NETWORK, dns_zone_id="")),
            id="open-beside-an-endpoint",
        ),
        pytest.param(
            {"existing": {"resourceGroup": "g"}},
            ExistingVault(name="kv-a", resource_group="g", subscription_id=SUBSCRIPTION),
            id="existing",
        ),
        pytest.param(
            {"existing": {"resourceGroup": "g", "subscriptionId": OTHER}},
            ExistingVault(name="kv-a", resource_group="g", subscription_id=OTHER),
            id="existing-elsewhere",
        ),
    ],
)
def test_vaults(written: dict[str, Any], expected: Vault) -> None:
    assert estate(vaults=[{"name": "kv-a"} | written]).vaults == (expected,)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param({}, NewIdentity(name="id-a"), id="new"),
        pytest.param(
            {"existing": {"resourceGroup": "g"}}, ExistingIdentity(name="id-a", resource_group="g"), id="existing"
        ),
    ],
)
def test_identities(written: dict[str, Any], expected: Identity) -> None:
    site = {"name": "web", "identity": "id-a"}
    assert estate(identities=[{"name": "id-a"} | written], sites=[site]).identities == (expected,)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(
            {"existing": {"resourceGroup": "g"}, "sku": "standard"},
            ["spec.vaults[0].sku: does not go with `existing` (remove it: such a vault is taken as it is)"],
            id="existing-and-sku",
        ),
        pytest.param({"existing": {}}, ["spec.vaults[0].existing.resourceGroup: is missing (add it)"], id="no-group"),
        pytest.param(
            {"network": {"open": True, "ipRules": ["203.0.113.7"]}},
            ["spec.vaults[0].network.open: lets everybody in beside the rules (remove `open`, or the rules)"],
            id="open-with-rules",
        ),
        pytest.param(
            {"network": {"open": False}},
            [
                (
                    "spec.vaults[0].network.open: closes the vault to everybody "
                    "(add ipRules, subnetIds or a privateEndpoint)"
                )
            ],
            id="closed-to-all",
        ),
        pytest.param(
            {"network": {"ipRules": ["10.0.0.1"]}},
            [
                (
                    "spec.vaults[0].network.ipRules[0]: is of a private network, which a vault's firewall never sees "
                    '(write a public address or range of IPv4, such as "203.0.113.7" or "203.0.113.0/24")'
                )
            ],
            id="private-address",
        ),
        pytest.param(
            {"network": {"ipRules": [f"20.1.{number >> 8}.{number & 255}" for number in range(1001)]}},
            ["spec.vaults[0].network.ipRules: are 1001, and a vault has at most 1000 (join or remove some)"],
            id="too-many-addresses",
        ),
        pytest.param(
            {"network": {"subnetIds": [f"{SUBNET}{number}" for number in range(201)]}},
            ["spec.vaults[0].network.subnetIds: are 201, and a vault has at most 200 (join or remove some)"],
            id="too-many-subnets",
        ),
        pytest.param(
            {"privateEndpoint": {"subnetId": SUBNET, "dnsZoneId": ZONE.replace("vaultcore", "vault")}},
            [
                (
                    "spec.vaults[0].privateEndpoint.dnsZoneId: is not the zone privatelink.vaultcore.azure.net, in "
                    "which vaults are looked up (name that zone)"
                )
            ],
            id="another-zone",
        ),
        pytest.param(
            {"retentionDays": 6},
            ["spec.vaults[0].retentionDays: must be at least 7 and at most 90 (change the number)"],
            id="retention",
        ),
    ],
)
def test_problems_of_a_vault(written: dict[str, Any], expected: list[str]) -> None:
    assert [line for line in problems(vaults=[{"name": "kv-a"} | written]) if "vaults[0]" in line] == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param(
            {"vaults": [{"name": "kv-a"}, {"name": "KV-A"}], "defaults": {"vault": "kv-a"}},
            ['spec.vaults[1].name: is a second vault "KV-A" (rename or remove one of them)'],
            id="vaults",
        ),
        pytest.param(
            {"identities": [{"name": "id-a"}, {"name": "ID-a"}]},
            ['spec.identities[1].name: is a second identity "ID-a" (rename or remove one of them)'],
            id="identities",
        ),
        pytest.param(
            {"identities": [{"name": "?"}, {"name": "!"}]},
            [
                (
                    "spec.identities[0].name: is 1 character long, and the name of a managed identity has 3 to 128 "
                    "(use 3 to 128 letters, digits, _ and -, a letter or digit first)"
                ),
                (
                    "spec.identities[1].name: is 1 character long, and the name of a managed identity has 3 to 128 "
                    "(use 3 to 128 letters, digits, _ and -, a letter or digit first)"
                ),
            ],
            id="what-has-no-name-is-no-second",
        ),
    ],
)
def test_names_are_told_apart_without_their_case(spec: dict[str, Any], expected: list[str]) -> None:
    assert problems(**spec) == expected
