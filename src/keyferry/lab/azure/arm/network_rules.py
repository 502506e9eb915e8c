"""A vault's `networkAcls`: read and held against the rules, and shown.

https://learn.microsoft.com/azure/key-vault/general/network-security
Addresses of private networks, which the service refuses, are taken: the lab's callers come from loopback.
"""

import ipaddress
from collections.abc import Mapping
from typing import Any

from keyferry.lab.azure.arm.vault_policies import bad
from keyferry.lab.azure.vault_settings import NetworkRules, VirtualNetworkRule


def parse(found: object) -> NetworkRules:
    """Return the rules of a body. RefusedError (400) names what is wrong."""
    if not isinstance(found, Mapping):
        raise bad("The property 'networkAcls' must be an object.")
    return NetworkRules(
        default_action=_choice(found, "defaultAction", ("Allow", "Deny"), "Allow"),
        bypass=_choice(found, "bypass", ("AzureServices", "None"), "AzureServices"),
        ip_rules=tuple(dict.fromkeys(_range(each) for each in _objects(found, "ipRules", "value"))),
        virtual_network_rules=tuple(
            VirtualNetworkRule(
                id=str(each["id"]), ignore_missing_endpoint=bool(each.get("ignoreMissingVnetServiceEndpoint"))
            )
            for each in _objects(found, "virtualNetworkRules", "id")
        ),
    )


def shape(rules: NetworkRules) -> dict[str, Any]:
    """Return the rules as ARM shows them."""
    return {
        "bypass": rules.bypass,
        "defaultAction": rules.default_action,
        "ipRules": [{"value": each} for each in rules.ip_rules],
        "virtualNetworkRules": [
            {"id": each.id, "ignoreMissingVnetServiceEndpoint": each.ignore_missing_endpoint}
            for each in rules.virtual_network_rules
        ],
    }


def _choice(found: Mapping[str, Any], name: str, known: tuple[str, ...], default: str) -> str:
    written = found.get(name)
    if written is None:
        return default
    chosen = next((each for each in known if each.lower() == str(written).lower()), None)
    if chosen is None:
        raise bad(f"The property 'networkAcls.{name}' must be {' or '.join(known)}.")
    return chosen


def _objects(found: Mapping[str, Any], name: str, key: str) -> list[Mapping[str, Any]]:
    items = found.get(name) or []
    if not isinstance(items, list) or not all(isinstance(each, Mapping) and each.get(key) for each in items):
        raise bad(f"The property 'networkAcls.{name}' must be a list of objects with '{key}'.")
    return items


def _range(rule: Mapping[str, Any]) -> str:
    """One IPv4 address or a range in CIDR notation; an address is shown as the range of itself."""
    try:
        return str(ipaddress.IPv4Network(str(rule["value"])))
    except ValueError as refusal:
        raise bad(
            f"The address '{str(rule['value'])[:40]}' must be an IPv4 address or a range in CIDR notation."
        ) from refusal
