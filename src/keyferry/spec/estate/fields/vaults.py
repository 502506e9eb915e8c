"""`spec.vaults` and `spec.identities`: what is made or is there, by name."""

from typing import Final

from keyferry.spec.estate import addresses, azure_names, resource_ids
from keyferry.spec.schema import Flag, Integer, Items, Table, Text

_NETWORK: Final = Table(
    doc=(
        "Who reaches the vault. Left out, it is closed to all but what `ipRules`, `subnetIds` or a private endpoint "
        "let in, and open where there is none of them."
    ),
    fields={
        "open": Flag(
            doc="Whether everybody's network may try; identity and role still decide. Default: false beside rules."
        ),
        "ipRules": Items(
            doc="Public addresses and ranges of IPv4 that may, such as those of whoever writes values.",
            of=Text(rule=addresses.ip_rule, pattern=r"^[0-9.]+(/[0-9]{1,2})?$"),
        ),
        "subnetIds": Items(
            doc="Subnets that may; each needs the service endpoint Microsoft.KeyVault.",
            of=resource_ids.node("", resource_ids.SUBNET),
        ),
    },
)

_PRIVATE_ENDPOINT: Final = Table(
    doc="A private endpoint of the vault, and its name in DNS.",
    required=("subnetId",),
    fields={
        "subnetId": resource_ids.node("Subnet that the endpoint gets its address in.", resource_ids.SUBNET),
        "networkId": resource_ids.node(
            "Network that a DNS zone made for it is linked to. Default: the subnet's.",
            resource_ids.NETWORK,
        ),
        "dnsZoneId": resource_ids.node("A DNS zone that is there. Default: one that is made.", resource_ids.DNS_ZONE),
    },
)

VAULT: Final = Table(
    required=("name",),
    fields={
        "name": azure_names.VAULT.node("Name of the vault, which no other in Azure has."),
        "existing": Table(
            doc="It is there already, in RBAC mode. None of the fields below goes with it.",
            required=("resourceGroup",),
            fields={
                "resourceGroup": azure_names.RESOURCE_GROUP.node("Its resource group."),
                "subscriptionId": azure_names.GUID.node("Its subscription. Default: the estate's."),
            },
        ),
        "sku": Text(
            doc="Tier; premium keeps keys in hardware. Default: standard.", enum=("standard", "premium"), quiet=True
        ),
        "retentionDays": Integer(
            doc="How many days deleted objects can be recovered, which never changes. Default: 90.", least=7, most=90
        ),
        "purgeProtection": Flag(doc="Whether nobody may purge before that, which cannot be taken back. Default: true."),
        "network": _NETWORK,
        "privateEndpoint": _PRIVATE_ENDPOINT,
    },
)

IDENTITY: Final = Table(
    required=("name",),
    fields={
        "name": azure_names.IDENTITY.node("Name of the user-assigned managed identity."),
        "existing": Table(
            doc="It is there already; federated credentials and roles are added to it.",
            required=("resourceGroup",),
            fields={"resourceGroup": azure_names.RESOURCE_GROUP.node("Its resource group.")},
        ),
    },
)

VAULTS: Final = Items(doc="The vaults that sites read from, existing ones and those to make.", of=VAULT)
IDENTITIES: Final = Items(
    doc="Identities that several sites share, or that are there. A site that names none gets one of its own.",
    of=IDENTITY,
)
