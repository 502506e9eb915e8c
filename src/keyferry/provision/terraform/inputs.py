"""An estate → the values of the root module's variables, as two files that a reviewer reads. Pure.

`sites.auto.tfvars.json` holds what comes and goes with sites, so one more site is a few more lines there and nothing
else; `estate.auto.tfvars.json` the rest. Keys are in order and what Terraform would choose anyway is left out. The
variables are declared in deploy/terraform/root/variables.tf. No value of a secret is in an estate, so none is here.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, assert_never

from keyferry.provision import grants
from keyferry.provision.grants import Grant
from keyferry.provision.terraform import chart_values
from keyferry.provision.tree import Files
from keyferry.spec.estate import estate as estates
from keyferry.spec.estate.estate import Cloud, Estate
from keyferry.spec.estate.sites import Site

ESTATE_FILE: Final = "terraform/estate.auto.tfvars.json"
SITES_FILE: Final = "terraform/sites.auto.tfvars.json"

# azurerm's words. https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs#environment-1
_ENVIRONMENTS: Final = {Cloud.PUBLIC: "public", Cloud.US_GOVERNMENT: "usgovernment", Cloud.CHINA: "china"}


def files(estate: Estate) -> Files:
    """Return both files; equal estates give equal bytes."""
    return {
        ESTATE_FILE: _text(
            {
                "estate": _estate(estate),
                "cluster": _cluster(estate.cluster),
                "vaults": {vault.name: _vault(vault) for vault in estate.vaults},
                "install": _install(estate),
                "events": _events(estate.events),
                "monitoring": _monitoring(estate.monitoring),
            }
        ),
        SITES_FILE: _text(
            {
                "identities": _identities(estate),
                "sites": _sites(estate),
            }
        ),
    }


def _text(values: Mapping[str, Any]) -> bytes:
    given = {name: value for name, value in values.items() if value is not None}
    return (json.dumps(given, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _estate(estate: Estate) -> dict[str, Any]:
    azure = estate.azure
    return {
        "name": estate.name,
        "tenant_id": azure.tenant_id,
        "subscription_id": azure.subscription_id,
        "environment": _ENVIRONMENTS[azure.cloud],
        "location": azure.location,
        "resource_group": {"name": azure.resource_group.name, "existing": azure.resource_group.is_existing},
        "tags": dict(azure.tags),
    }


def _cluster(cluster: estates.Cluster) -> dict[str, Any]:
    match cluster:
        case estates.ExistingAks():
            given = {"issuer": cluster.issuer} if cluster.issuer else {}
            return {"kind": "existing_aks", "name": cluster.name, "resource_group": cluster.resource_group, **given}
        case estates.NewAks():
            groups = {"admin_group_ids": list(cluster.admin_group_ids)} if cluster.admin_group_ids else {}
            return {
                "kind": "new_aks",
                "name": cluster.name,
                "kubernetes_version": cluster.kubernetes_version,
                "vm_size": cluster.vm_size,
                "node_count": cluster.node_count,
                **groups,
            }
        case estates.OidcCluster():
            return {"kind": "oidc", "name": cluster.name, "issuer": cluster.issuer}
        case _:
            assert_never(cluster)


def _vault(vault: estates.Vault) -> dict[str, Any]:
    if isinstance(vault, estates.ExistingVault):
        return {"existing": True, "resource_group": vault.resource_group, "subscription_id": vault.subscription_id}
    made: dict[str, Any] = {
        "premium": vault.is_premium,
        "retention_days": vault.retention_days,
        "purge_protection": vault.has_purge_protection,
        "network": _network(vault.network),
    }
    if endpoint := vault.private_endpoint:
        made["private_endpoint"] = {
            "subnet_id": endpoint.subnet_id,
            "network_id": endpoint.network_id,
            "dns_zone_id": endpoint.dns_zone_id,
        }
    return made


def _network(network: estates.Network) -> dict[str, Any]:
    if network.is_open:
        return {"open": True}
    return {"open": False, "ip_rules": list(network.ip_rules), "subnet_ids": list(network.subnet_ids)}


def _identities(estate: Estate) -> dict[str, Any]:
    shared: dict[str, list[Grant]] = defaultdict(list)
    for grant in grants.grants(estate):
        if not _is_of_site(estate, grant):
            shared[grant.identity].append(grant)
    return {identity.name: _identity(identity, shared[identity.name]) for identity in estate.identities}


def _identity(identity: estates.Identity, granted: list[Grant]) -> dict[str, Any]:
    given = {"grants": {grant.key: _grant(grant) for grant in granted}} if granted else {}
    if isinstance(identity, estates.ExistingIdentity):
        return {"existing": True, "resource_group": identity.resource_group, **given}
    return given


def _sites(estate: Estate) -> dict[str, Any]:
    of_site: dict[str, list[Grant]] = defaultdict(list)
    for grant in grants.grants(estate):
        if _is_of_site(estate, grant):
            of_site[grant.site].append(grant)
    return {site.name: _site(site, of_site[site.name]) for site in estate.sites}


def _is_of_site(estate: Estate, grant: Grant) -> bool:
    """Tell whether a grant goes with its site. That of an identity of several stays when one of them comes or goes."""
    return grant.identity == f"{estate.name}-{grant.site}"  # what one that a site names none of is called


def _site(site: Site, granted: list[Grant]) -> dict[str, Any]:
    return {
        "namespace": site.namespace,
        "service_account": site.service_account,
        "identity": site.identity,
        "grants": {grant.key: _grant(grant) for grant in granted},
    }


def _grant(grant: Grant) -> dict[str, Any]:
    whole = {"vault": grant.vault, "role": grant.role.value}
    return whole if grant.kind is None else {**whole, "object_type": grant.kind.value, "object": grant.object}


def _install(estate: Estate) -> dict[str, Any] | None:
    if (install := estate.install) is None:
        return None
    return {
        "namespace": install.namespace,
        "chart": install.chart,
        "chart_version": install.chart_version,
        "image": chart_values.repository(install.image),
        "digest": install.digest,
        "values": chart_values.values(estate, install),
    }


def _events(events: estates.Events | None) -> dict[str, Any] | None:
    return None if events is None else {"endpoint": events.endpoint, "application": events.application}


def _monitoring(monitoring: estates.Monitoring | None) -> dict[str, Any] | None:
    if monitoring is None:
        return None
    known = {"known_principals": list(monitoring.known_principals)} if monitoring.known_principals else {}
    return {
        "workspace_id": monitoring.workspace_id,
        "retention_days": monitoring.retention_days,
        "emails": list(monitoring.emails),
        "forbidden_per_window": monitoring.forbidden_per_window,
        "throttled_per_window": monitoring.throttled_per_window,
        "window_minutes": monitoring.window // timedelta(minutes=1),
        **known,
    }
