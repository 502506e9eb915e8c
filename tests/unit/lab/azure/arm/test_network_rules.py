from typing import Any

import pytest

from keyferry.lab.azure.arm import network_rules
from keyferry.lab.azure.arm.answers import RefusedError

SUBNET = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/s"


def test_rules_are_shown_as_they_count() -> None:
    rules = network_rules.parse(
        {
            "defaultAction": "deny",
            "bypass": "none",
            "ipRules": [{"value": "1.2.3.4"}, {"value": "10.0.0.0/8"}, {"value": "1.2.3.4/32"}],
            "virtualNetworkRules": [{"id": SUBNET}],
        }
    )
    assert network_rules.shape(rules) == {
        "bypass": "None",
        "defaultAction": "Deny",
        "ipRules": [{"value": "1.2.3.4/32"}, {"value": "10.0.0.0/8"}],
        "virtualNetworkRules": [{"id": SUBNET, "ignoreMissingVnetServiceEndpoint": False}],
    }


def test_no_rules_allow_all() -> None:
    rules = network_rules.parse({})
    assert (rules.default_action, rules.bypass) == ("Allow", "AzureServices")


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(5, id="no-object"),
        pytest.param({"defaultAction": "Maybe"}, id="default-action"),
        pytest.param({"bypass": "Everybody"}, id="bypass"),
        pytest.param({"ipRules": [{}]}, id="rule-without-value"),
        pytest.param({"ipRules": "1.2.3.4"}, id="rules-no-list"),
        pytest.param({"ipRules": [{"value": "1.2.3"}]}, id="no-address"),
        pytest.param({"ipRules": [{"value": "10.0.0.1/8"}]}, id="bits-beyond-the-mask"),
        pytest.param({"ipRules": [{"value": "::1"}]}, id="ipv6"),
    ],
)
def test_refuses(found: Any) -> None:
    with pytest.raises(RefusedError) as refusal:
        network_rules.parse(found)
    assert (refusal.value.status, refusal.value.code) == (400, "BadRequest")
