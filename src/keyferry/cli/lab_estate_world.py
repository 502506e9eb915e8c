"""An estate as the lab can play it: what exists before it is made, and what of it the lab's world cannot have. Pure.

Called by lab_estate and demo_run, before anything starts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from keyferry.cli import engineer
from keyferry.lab.azure.arm import clusters, locations
from keyferry.model.wellknown import TOKEN_AUDIENCE
from keyferry.provision.arm import addresses
from keyferry.spec.estate.estate import (
    Cloud,
    Estate,
    Events,
    ExistingAks,
    ExistingIdentity,
    ExistingVault,
    NewVault,
    OidcCluster,
    Vault,
)
from keyferry.spec.estate.sites import Site

LOOPBACK: Final = "127.0.0.1"  # where the lab's clients come from
EVENTS_PATH: Final = "/events"
_CLOUDS: Final = {  # as the lab's seed calls them
    Cloud.PUBLIC: "AzurePublicCloud",
    Cloud.US_GOVERNMENT: "AzureUSGovernmentCloud",
    Cloud.CHINA: "AzureChinaCloud",
}
_ROLES: Final = ("Owner", "Key Vault Administrator")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The seed that a lab starts with, and the estate that is then made in it.

    `notes` say in what it differs from the file. `events_port` is where the operator takes events, 0 for nowhere.
    """

    seed: Mapping[str, Any]
    estate: Estate
    notes: tuple[str, ...]
    events_port: int = 0


def of(estate: Estate, beside: Mapping[str, Any] | None = None, events_port: int = 0) -> World:
    """Return the world for an estate. `beside` is a seed whose things are there too, but those that it makes itself.

    `events_port` is where an operator may take events, 0 where none does.
    """
    notes: list[str] = []
    played = replace(
        estate,
        vaults=tuple(_vault(vault, estate, notes) for vault in estate.vaults),
        sites=tuple(_site(site, notes) for site in estate.sites),
        events=_events(estate, events_port, notes),
    )
    is_heard = played.events is not None and bool(played.events.application)
    return World(
        seed=_seed(played, beside or {}),
        estate=played,
        notes=tuple(notes),
        events_port=events_port if is_heard else 0,
    )


def _vault(vault: Vault, estate: Estate, notes: list[str]) -> Vault:
    if isinstance(vault, ExistingVault):
        if addresses.is_foreign(estate.azure, vault):
            notes.append(f"vault {vault.name} is put into the estate's own subscription: the lab has one")
        return replace(vault, subscription_id=estate.azure.subscription_id)
    return _opened(vault, notes)


def _opened(vault: NewVault, notes: list[str]) -> NewVault:
    """The firewall stays shut for everybody else, so that what it refuses can be seen."""
    network = vault.network
    if network.is_open:
        return vault
    notes.append(f"vault {vault.name} is closed, and lets in {LOOPBACK} in place of the cluster's network")
    return replace(vault, network=replace(network, ip_rules=(*network.ip_rules, LOOPBACK)))


def _events(estate: Estate, port: int, notes: list[str]) -> Events | None:
    """Without an `application` no subscription is made, as whoever makes the estate then says."""
    events, install = estate.events, estate.install
    if events is None or not events.application:
        return events
    if urlsplit(events.endpoint).path != EVENTS_PATH:
        notes.append(f"events are left out: the operator takes them at {EVENTS_PATH}, and nothing here rewrites paths")
        return None
    if not port or (install is not None and not install.has_operator):
        notes.append("events are left out: no operator runs that would take them")
        return None
    return events


def _site(site: Site, notes: list[str]) -> Site:
    pinned = [secret.name for secret in site.secrets if secret.version]
    if pinned:
        notes.append(f"site {site.name} gets the newest version of {', '.join(pinned)}: the lab's vault is a new one")
    return replace(site, secrets=tuple(replace(secret, version="") for secret in site.secrets))


def _seed(estate: Estate, beside: Mapping[str, Any]) -> dict[str, Any]:
    azure, issuer = estate.azure, _issuer(estate)
    made = {vault.name for vault in estate.vaults} | {identity.name for identity in estate.identities}
    kept = _without(beside, made | {site.name for site in estate.sites} | {engineer.NAME})
    assignments = [
        {"identity": engineer.NAME, "role": role, "scope": f"/subscriptions/{azure.subscription_id}"} for role in _ROLES
    ]
    tenant = {"id": azure.tenant_id, "subscriptionId": azure.subscription_id, "cloud": _CLOUDS[azure.cloud]}
    placed = {"location": locations.normalised(azure.location)}
    groups = [{"name": azure.resource_group.name, **placed}] if azure.resource_group.is_existing else []
    return {
        **kept,
        "cluster": {"issuer": issuer},
        "tenants": [tenant],
        "resourceGroups": [*kept.get("resourceGroups", ()), *groups],
        "managedClusters": [*kept.get("managedClusters", ()), *_clusters(estate, placed)],
        "vaults": [
            *kept.get("vaults", ()),
            *(
                {"name": vault.name, "resourceGroup": vault.resource_group, **placed}
                for vault in estate.vaults
                if isinstance(vault, ExistingVault)
            ),
        ],
        "identities": [
            *kept.get("identities", ()),
            *(
                {"name": identity.name, "resourceGroup": identity.resource_group, **placed}
                for identity in estate.identities
                if isinstance(identity, ExistingIdentity)
            ),
            _engineer(issuer),
        ],
        "roleAssignments": [*kept.get("roleAssignments", ()), *assignments],
    }


def _without(beside: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return a seed without what is called so, and without its roles."""
    gone = {name.lower() for name in names}
    kept = dict(beside)
    for section in ("vaults", "identities"):
        kept[section] = [each for each in beside.get(section, ()) if str(each.get("name")).lower() not in gone]
    kept["roleAssignments"] = [
        each
        for each in beside.get("roleAssignments", ())
        if gone.isdisjoint({str(each.get("identity")).lower(), *str(each.get("scope")).lower().split("/")})
    ]
    return kept


def _clusters(estate: Estate, placed: Mapping[str, str]) -> list[Mapping[str, str]]:
    cluster = estate.cluster
    if not isinstance(cluster, ExistingAks):
        return []
    return [{"name": cluster.name, "resourceGroup": cluster.resource_group, **placed}]


def _issuer(estate: Estate) -> str:
    """The lab's cluster is the estate's, so it signs as that one does or will."""
    cluster, azure = estate.cluster, estate.azure
    if isinstance(cluster, OidcCluster) or (isinstance(cluster, ExistingAks) and cluster.issuer):
        return cluster.issuer
    return clusters.issuer_of(addresses.cluster(azure, cluster), locations.normalised(azure.location), azure.tenant_id)


def _engineer(issuer: str) -> dict[str, Any]:
    """Whoever runs Terraform, and then puts values into the vaults."""
    account = engineer.ACCOUNT
    trust = {
        "name": engineer.NAME,
        "issuer": issuer,
        "subject": f"system:serviceaccount:{account.namespace}:{account.name}",
        "audiences": [TOKEN_AUDIENCE],
    }
    return {"name": engineer.NAME, "federatedCredentials": [trust]}
