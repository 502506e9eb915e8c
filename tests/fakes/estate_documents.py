"""keyferry.yaml as documents: one that is fine, and what parsing has against others."""

from collections.abc import Sequence
from typing import Any

from keyferry.spec.estate import parsing
from keyferry.spec.estate.estate import Estate
from keyferry.spec.estate.origins import InvalidEstate, Placed, SiteSource
from keyferry.spec.estate.sites import Site

TENANT = "99999999-9999-4999-8999-999999999999"
SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-net/providers"
NETWORK = f"{GROUP}/Microsoft.Network/virtualNetworks/hub"
SUBNET = f"{NETWORK}/subnets/nodes"
ZONE = f"{GROUP}/Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net"
WORKSPACE = f"{GROUP}/Microsoft.OperationalInsights/workspaces/logs"


def azure(**changed: Any) -> dict[str, Any]:
    """`spec.azure`; None leaves a field out."""
    return {
        "tenantId": TENANT,
        "subscriptionId": SUBSCRIPTION,
        "location": "westeurope",
        "resourceGroup": {"name": "rg"},
    } | changed


def document(**spec: Any) -> dict[str, Any]:
    """An estate with one vault and one site; fields of `spec` take the place of others, None leaves one out."""
    fields: dict[str, Any] = {
        "azure": azure(),
        "cluster": {"aks": {"name": "aks", "resourceGroup": "rg-aks"}},
        "vaults": [{"name": "kv-a", "network": {"ipRules": ["203.0.113.7"]}}],
        "sites": [{"name": "web", "secrets": [{"name": "db"}]}],
    }
    return {
        "apiVersion": "keyferry.io/v1alpha1",
        "kind": "Estate",
        "metadata": {"name": "shop"},
        "spec": fields | spec,
    }


def estate(**spec: Any) -> Estate:
    """The estate that such a document means."""
    return parsing.parse(document(**spec))


def site(**fields: Any) -> Site:
    """The one site of an estate, with these fields."""
    return estate(sites=[{"name": "web", "secrets": [{"name": "db"}]} | fields]).sites[0]


def told(placed: Sequence[Placed]) -> list[str]:
    """Problems or warnings as texts, with their files and remedies."""
    return [
        f"{each.origin.file}{':' if each.origin.file else ''}{each.problem} ({each.problem.remedy})" for each in placed
    ]


def problems_of(whole: dict[str, Any], extra: Sequence[SiteSource] = ()) -> list[str]:
    """What parsing has against a document, or nothing."""
    try:
        parsing.parse(whole, extra)
    except InvalidEstate as refusal:
        return told(refusal.placed)
    return []


def problems(**spec: Any) -> list[str]:
    """What parsing has against an estate with these fields."""
    return problems_of(document(**spec))


def warnings(**spec: Any) -> list[str]:
    """What parsing warns of in an estate with these fields."""
    return told(parsing.read(document(**spec)).warnings)
