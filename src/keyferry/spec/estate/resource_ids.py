"""Ids of Azure's resources, as they stand where an estate names what others made.

https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules. Azure does not mind the case of
their fixed parts. A text that is none is not shown: it may be a password in the wrong field.
"""

import re
from typing import Final

from keyferry.spec.schema import Complaint, Rule, Text

SUBNET: Final = "Microsoft.Network/virtualNetworks/*/subnets"
NETWORK: Final = "Microsoft.Network/virtualNetworks"
DNS_ZONE: Final = "Microsoft.Network/privateDnsZones"
WORKSPACE: Final = "Microsoft.OperationalInsights/workspaces"


def node(doc: str, resource_type: str) -> Text:
    """Return the field of the id of a resource of this type, where * stands for the name of what holds it."""
    return Text(doc=doc, pattern=_pattern(resource_type), rule=rule(resource_type))


def rule(resource_type: str) -> Rule:
    """Return the rule that refuses what is not the id of such a resource."""
    compiled = re.compile(_pattern(resource_type))
    provider, _, kind = resource_type.replace("*", "NAME").partition("/")
    example = f"/subscriptions/ID/resourceGroups/GROUP/providers/{provider}/{kind}/NAME"

    def refuse(text: str) -> Complaint | None:
        if compiled.fullmatch(text):
            return None
        noun = kind.rpartition("/")[2]
        return Complaint(
            message=f"is not the id of one of Azure's {noun}",
            remedy=f"copy the whole id, such as {example}",
        )

    return refuse


def network_of(subnet_id: str) -> str:
    """Return the id of the network that a subnet is in."""
    return re.split("/subnets/", subnet_id, maxsplit=1, flags=re.IGNORECASE)[0]


def _pattern(resource_type: str) -> str:
    kind = "/".join("[^/?# ]+" if part == "*" else _any_case(part) for part in resource_type.split("/"))
    head = "/".join(_any_case(part) for part in ("subscriptions", "resourceGroups", "providers"))
    subscriptions, groups, providers = head.split("/")
    guid = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    return f"^/{subscriptions}/{guid}/{groups}/[^/?# ]+/{providers}/{kind}/[^/?# ]+$"


def _any_case(word: str) -> str:
    """Neither JSON Schema nor its readers know a flag for it."""
    return "".join(f"[{char.lower()}{char.upper()}]" if char.isalpha() else re.escape(char) for char in word)
