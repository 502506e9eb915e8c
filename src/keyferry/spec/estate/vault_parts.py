"""`vaults` and `identities` as types, and what takes more than one of their fields to see. Called by parsing."""

from collections.abc import Iterable
from typing import Final

from keyferry.spec.estate import resource_ids
from keyferry.spec.estate.drafts import Draft, Notes
from keyferry.spec.estate.estate import (
    Azure,
    Cloud,
    ExistingIdentity,
    ExistingVault,
    Identity,
    Network,
    NewIdentity,
    NewVault,
    PrivateEndpoint,
    Vault,
)

MAX_RANGES: Final = 1000  # https://learn.microsoft.com/azure/key-vault/general/network-security
MAX_SUBNETS: Final = 200
# https://learn.microsoft.com/azure/private-link/private-endpoint-dns
_ZONES: Final = {
    Cloud.PUBLIC: "vaultcore.azure.net",
    Cloud.US_GOVERNMENT: "vaultcore.usgovcloudapi.net",
    Cloud.CHINA: "vaultcore.azure.cn",
}
_OF_NEW: Final = ("sku", "retentionDays", "purgeProtection", "network", "privateEndpoint")


def vaults(drafts: Iterable[Draft], azure: Azure, notes: Notes) -> dict[str, Vault]:
    """Return the vaults by name, in the order of the file."""
    found: dict[str, Vault] = {}
    for draft in _unique(drafts, "vault", notes):
        found[draft.text("name")] = _vault(draft, azure, notes)
    return found


def identities(drafts: Iterable[Draft], notes: Notes) -> dict[str, Identity]:
    """Return the identities by name, in the order of the file."""
    return {draft.text("name"): _identity(draft) for draft in _unique(drafts, "identity", notes)}


def _unique(drafts: Iterable[Draft], noun: str, notes: Notes) -> list[Draft]:
    """Azure does not tell names by case."""
    seen: dict[str, Draft] = {}
    for draft in drafts:
        name = draft.text("name")
        if seen.setdefault(name.lower(), draft) is not draft and name:
            notes.add(draft, "name", f'is a second {noun} "{name}"', "rename or remove one of them")
    return list(seen.values())


def _vault(draft: Draft, azure: Azure, notes: Notes) -> Vault:
    name = draft.text("name")
    if draft.has("existing"):
        for field in _OF_NEW:
            if draft.has(field):
                notes.add(draft, field, "does not go with `existing`", "remove it: such a vault is taken as it is")
        existing = draft.part("existing")
        return ExistingVault(
            name=name,
            resource_group=existing.text("resourceGroup"),
            subscription_id=existing.text("subscriptionId", azure.subscription_id).lower(),
        )
    return NewVault(
        name=name,
        is_premium=draft.text("sku") == "premium",
        retention_days=draft.number("retentionDays", 90),
        has_purge_protection=draft.flag("purgeProtection", default=True),
        network=_network(draft, notes),
        private_endpoint=_private_endpoint(draft, azure.cloud, notes),
    )


def _network(vault: Draft, notes: Notes) -> Network:
    draft = vault.part("network")
    ranges, subnets = draft.texts("ipRules"), draft.texts("subnetIds")
    lets_in = bool(ranges or subnets or vault.has("privateEndpoint"))
    network = Network(is_open=draft.flag("open", default=not lets_in), ip_rules=ranges, subnet_ids=subnets)
    if network.is_open and (ranges or subnets):
        notes.add(draft, "open", "lets everybody in beside the rules", "remove `open`, or the rules")
    if not network.is_open and not lets_in:
        notes.add(draft, "open", "closes the vault to everybody", "add ipRules, subnetIds or a privateEndpoint")
    for field, items, most in (("ipRules", ranges, MAX_RANGES), ("subnetIds", subnets, MAX_SUBNETS)):
        if len(items) > most:
            notes.add(draft, field, f"are {len(items)}, and a vault has at most {most}", "join or remove some")
    return network


def _private_endpoint(vault: Draft, cloud: Cloud, notes: Notes) -> PrivateEndpoint | None:
    if not vault.has("privateEndpoint"):
        return None
    draft = vault.part("privateEndpoint")
    subnet, zone = draft.text("subnetId"), f"privatelink.{_ZONES[cloud]}"
    if draft.has("dnsZoneId") and not draft.text("dnsZoneId").lower().endswith(f"/{zone}"):
        notes.add(draft, "dnsZoneId", f"is not the zone {zone}, in which vaults are looked up", "name that zone")
    return PrivateEndpoint(
        subnet_id=subnet,
        network_id=draft.text("networkId", resource_ids.network_of(subnet)),
        dns_zone_id=draft.text("dnsZoneId"),
    )


def _identity(draft: Draft) -> Identity:
    name = draft.text("name")
    if draft.has("existing"):
        return ExistingIdentity(name=name, resource_group=draft.part("existing").text("resourceGroup"))
    return NewIdentity(name=name)
