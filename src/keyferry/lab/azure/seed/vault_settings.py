"""How a vault of the seed is set up: SKU, permission model, access policies, firewall, flags, tags."""

import re
from collections.abc import Mapping
from ipaddress import AddressValueError, IPv4Network, NetmaskValueError
from typing import Final

from keyferry.lab.azure.seed import places
from keyferry.lab.azure.seed.fields import Fields, SeedError
from keyferry.lab.azure.vault_settings import AccessPolicy, NetworkRules, VaultSettings, VirtualNetworkRule

_WORD: Final = re.compile(r"[a-zA-Z]+")


def parse(fields: Fields, tenant_id: str, principals: Mapping[str, str]) -> VaultSettings:
    """Return the settings among a vault's `fields`, which the caller closes. SeedError names what is wrong.

    `principals` has the object ids of declared identities and applications, by name in lower case.
    """
    return VaultSettings(
        sku=one_of(fields, "sku", ("standard", "premium")),
        rbac=fields.flag("enableRbacAuthorization", True),
        access_policies=fields.each("accessPolicies", lambda item: _policy(item, tenant_id, principals)),
        network=_network(fields.inner("networkAcls")),
        enabled_for_deployment=fields.flag("enabledForDeployment", False),
        enabled_for_disk_encryption=fields.flag("enabledForDiskEncryption", False),
        enabled_for_template_deployment=fields.flag("enabledForTemplateDeployment", False),
        tags=fields.pairs("tags"),
    )


def one_of(fields: Fields, key: str, words: tuple[str, ...]) -> str:
    """Return one of the words, the first where the key is missing."""
    word = fields.text(key, words[0])
    if word not in words:
        raise SeedError(fields.at(key), f"{word[:80]!r} is not known", f"write {' or '.join(words)}")
    return word


def _policy(fields: Fields, tenant_id: str, principals: Mapping[str, str]) -> AccessPolicy:
    permissions = fields.inner("permissions")
    policy = AccessPolicy(
        tenant_id=fields.matching("tenantId", places.GUID, "a GUID", tenant_id).lower(),
        object_id=_principal(fields, principals),
        application_id=_application(fields),
        keys=_words(permissions, "keys"),
        secrets=_words(permissions, "secrets"),
        certificates=_words(permissions, "certificates"),
        storage=_words(permissions, "storage"),
    )
    permissions.done()
    fields.done()
    return policy


def _principal(fields: Fields, principals: Mapping[str, str]) -> str:
    """Return the object id, which the seed may write as the name of an identity."""
    if not fields.has("identity"):
        return fields.matching("objectId", places.GUID, "a principal's object id, a GUID").lower()
    name = fields.text("identity")
    if name.lower() not in principals:
        raise SeedError(
            fields.at("identity"), f"{name[:80]!r} is not declared", "add it to `identities` or `applications`"
        )
    return principals[name.lower()]


def _application(fields: Fields) -> str:
    if not fields.has("applicationId"):
        return ""
    return fields.matching("applicationId", places.GUID, "a GUID").lower()


def _words(fields: Fields, key: str) -> tuple[str, ...]:
    words = fields.texts(key)
    if not all(_WORD.fullmatch(word) for word in words):
        raise SeedError(fields.at(key), "has what is no permission", "write words as get, list or all")
    return words


def _network(fields: Fields) -> NetworkRules:
    rules = NetworkRules(
        default_action=one_of(fields, "defaultAction", ("Allow", "Deny")),
        bypass=one_of(fields, "bypass", ("AzureServices", "None")),
        ip_rules=fields.each("ipRules", _address),
        virtual_network_rules=fields.each("virtualNetworkRules", _subnet),
    )
    fields.done()
    return rules


def _address(fields: Fields) -> str:
    rule = fields.text("value")
    try:
        IPv4Network(rule, strict=False)
    except (AddressValueError, NetmaskValueError) as refusal:
        raise SeedError(
            fields.at("value"), f"{rule[:80]!r} is no IPv4 address or range", "write it as 203.0.113.0/24"
        ) from refusal
    fields.done()
    return rule


def _subnet(fields: Fields) -> VirtualNetworkRule:
    rule = VirtualNetworkRule(
        id=fields.text("id"), ignore_missing_endpoint=fields.flag("ignoreMissingVnetServiceEndpoint", False)
    )
    fields.done()
    return rule
