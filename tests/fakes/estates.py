"""Estates made by hand: `small` has two sites and one vault, `wide` one of everything and as many sites as wanted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from keyferry.spec.estate.estate import (
    Azure,
    Backend,
    Cloud,
    Estate,
    Events,
    ExistingAks,
    ExistingIdentity,
    ExistingVault,
    Install,
    Monitoring,
    Network,
    NewIdentity,
    NewVault,
    OidcCluster,
    PrivateEndpoint,
    ResourceGroup,
)
from keyferry.spec.estate.sites import Consumption, Delivery, ObjectType, RoleScope, Site, SiteSecret

TENANT = "99999999-9999-4999-8999-999999999999"
SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
ISSUER = "https://oidc.example.org/shops/"
NETWORK = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-net/providers/Microsoft.Network"


def secret(name: str = "db", vault: str = "shops-kv", **changes: Any) -> SiteSecret:
    """A secret that comes as a file."""
    given = SiteSecret(
        vault=vault,
        name=name,
        alias=name.upper(),
        type=ObjectType.SECRET,
        version="",
        consume=Consumption.FILES,
        delivery=Delivery.FILES,
        reason="it is read from a file",
    )
    return replace(given, **changes)


def site(name: str = "site-a", vault: str = "shops-kv", **changes: Any) -> Site:
    """A site with one secret, and a role for it alone."""
    given = Site(
        name=name,
        namespace=name,
        service_account=name,
        makes_namespace=True,
        identity=f"shops-{name}",
        vault=vault,
        role_scope=RoleScope.SECRET,
        secret_name=f"{name}-secrets",
        refresh_interval=timedelta(hours=1),
        mount_path="/mnt/secrets",
        workload=name,
        secrets=(secret(vault=vault),),
    )
    return replace(given, **changes)


def vault(name: str = "shops-kv", **changes: Any) -> NewVault:
    """A vault that is made, and reached from everywhere."""
    given = NewVault(
        name=name,
        is_premium=False,
        retention_days=90,
        has_purge_protection=True,
        network=Network(is_open=True, ip_rules=(), subnet_ids=()),
        private_endpoint=None,
    )
    return replace(given, **changes)


def small(*sites: Site, **changes: Any) -> Estate:
    """Two sites, or these, with an identity each, and a vault for all, on a cluster of any kind."""
    chosen = sites or (site("site-a"), site("site-b"))
    given = Estate(
        name="shops",
        azure=Azure(
            cloud=Cloud.PUBLIC,
            tenant_id=TENANT,
            subscription_id=SUBSCRIPTION,
            location="westeurope",
            resource_group=ResourceGroup(name="rg-shops", is_existing=False),
            tags={},
        ),
        cluster=OidcCluster(name="shops", issuer=ISSUER),
        vaults=(vault(),),
        identities=tuple(NewIdentity(name=name) for name in sorted({each.identity for each in chosen})),
        sites=tuple(sorted(chosen, key=lambda each: each.name)),
        install=None,
        events=None,
        monitoring=None,
        backend=None,
    )
    return replace(given, **changes)


def wide(count: int = 3) -> Estate:
    """`count` sites, and one of everything that an estate can have."""
    plain = [site(f"site-{number:04}", secrets=(secret(), secret("api"))) for number in range(count)]
    whole = site(
        "whole",
        vault="old-kv",
        identity="old-identity",
        role_scope=RoleScope.VAULT,
        secrets=(
            secret(vault="old-kv", consume=Consumption.ENV, delivery=Delivery.SECRET, reason="it is read from env"),
            secret("tls", vault="old-kv", type=ObjectType.CERTIFICATE),
            secret("signing", vault="closed-kv", type=ObjectType.KEY),
        ),
    )
    estate = small(*plain, whole)
    identities = (ExistingIdentity(name="old-identity", resource_group="rg-old"), *estate.identities[1:])
    return replace(
        estate,
        azure=replace(estate.azure, cloud=Cloud.US_GOVERNMENT, tags={"team": "shops"}),
        cluster=ExistingAks(name="aks-shops", resource_group="rg-aks"),
        vaults=(
            _closed(),
            ExistingVault(name="old-kv", resource_group="rg-old", subscription_id=SUBSCRIPTION),
            vault(),
        ),
        identities=identities,
        install=_install(),
        events=Events(endpoint="https://events.example.org/events", application="api://events"),
        monitoring=_monitoring(),
        backend=Backend(type="azurerm", settings={"storage_account_name": "state", "key": "shops"}),
    )


def _closed() -> NewVault:
    return vault(
        "closed-kv",
        is_premium=True,
        network=Network(
            is_open=False, ip_rules=("203.0.113.7",), subnet_ids=(f"{NETWORK}/virtualNetworks/v/subnets/s",)
        ),
        private_endpoint=PrivateEndpoint(
            subnet_id=f"{NETWORK}/virtualNetworks/v/subnets/p",
            network_id=f"{NETWORK}/virtualNetworks/v",
            dns_zone_id="",
        ),
    )


def _install() -> Install:
    return Install(
        namespace="keyferry",
        chart="./helm/keyferry",
        chart_version="",
        image="registry.example.org/keyferry",
        digest=f"sha256:{'0' * 64}",
        has_operator=True,
        has_webhook=True,
        has_node=False,
    )


def _monitoring() -> Monitoring:
    return Monitoring(
        workspace_id="",
        retention_days=30,
        emails=("team@example.org",),
        forbidden_per_window=5,
        throttled_per_window=50,
        window=timedelta(minutes=15),
    )
