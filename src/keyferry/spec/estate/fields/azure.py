"""`spec.azure` and `spec.cluster`: where things are made, and whose tokens are trusted."""

from typing import Final

from keyferry.spec.estate import addresses, azure_names, cluster_names, regions
from keyferry.spec.schema import Flag, Integer, Items, Table, Text, Texts

AZURE: Final = Table(
    doc="The subscription that everything new is made in.",
    required=("tenantId", "subscriptionId", "location", "resourceGroup"),
    fields={
        "cloud": Text(
            doc="Which Azure.",
            enum=("PublicCloud", "USGovernmentCloud", "ChinaCloud"),
            default="PublicCloud",
            quiet=True,
        ),
        "tenantId": azure_names.GUID.node("Id of the Entra tenant, a GUID: `az account show --query tenantId`."),
        "subscriptionId": azure_names.GUID.node("Id of the subscription, a GUID: `az account show --query id`."),
        "location": regions.node("Region of everything new, such as westeurope."),
        "resourceGroup": Table(
            doc="Where what is made is put.",
            required=("name",),
            fields={
                "name": azure_names.RESOURCE_GROUP.node("Name of the resource group."),
                "existing": Flag(doc="Whether it is there already. One that is not is made.", default=False),
            },
        ),
        "tags": Texts(doc="Tags of everything new, at most 50.", of=Text(max_length=256)),
    },
)

_MADE: Final = Table(
    doc="Make the cluster, with OIDC issuer and workload identity. `{}` takes all defaults.",
    fields={
        "kubernetesVersion": azure_names.KUBERNETES_VERSION.node(
            "Version of Kubernetes, in quotes. Default: Azure's own."
        ),
        "vmSize": azure_names.MACHINE_SIZE.node("Size of the nodes.", default="Standard_D2s_v5"),
        "nodeCount": Integer(doc="Number of nodes.", default=3, least=1, most=1000),
        "adminGroupIds": Items(
            doc="Object ids of the Entra groups that administrate it. Default: whoever makes it does.",
            of=azure_names.GUID.node(""),
        ),
    },
)


def _issuer(doc: str) -> Text:
    return Text(doc=doc, pattern=addresses.HTTPS, max_length=addresses.MAX_ISSUER, rule=addresses.issuer)


CLUSTER: Final = Table(
    doc="The one cluster whose ServiceAccounts get identities: an AKS cluster, or any other by its issuer.",
    min_properties=1,
    max_properties=1,
    fields={
        "aks": Table(
            doc="An AKS cluster: one that is there, or with `create` one that is made.",
            required=("name",),
            fields={
                "name": azure_names.AKS.node("Name of the cluster."),
                "resourceGroup": azure_names.RESOURCE_GROUP.node(
                    "Its resource group. A cluster that is made is always in that of the estate."
                ),
                "issuer": _issuer(
                    "Issuer of its ServiceAccount tokens, if Azure shall not be asked for it, as where it has local "
                    "accounts, whose kubeconfig Terraform would keep. Default: what Azure says."
                ),
                "create": _MADE,
            },
        ),
        "oidc": Table(
            doc="Any other cluster, whose issuer Entra can reach: Rancher, self-managed, another cloud's.",
            required=("name", "issuer"),
            fields={
                "name": cluster_names.SITE.node("A name for it, for people."),
                "issuer": _issuer("Issuer of its ServiceAccount tokens exactly as in their `iss`, last slash and all."),
            },
        ),
    },
)
