"""The objects of an estate's sites, and the sites that cannot have them yet. Pure. Called by manifests.render."""

from collections.abc import Iterator

from keyferry.provision.manifests import accounts, classes, egress, secrets, workload
from keyferry.provision.manifests.placement import Document, Placement
from keyferry.provision.manifests.state import LeftOut, Manifest, SiteManifests
from keyferry.provision.outputs import Outputs
from keyferry.spec.estate.estate import Estate
from keyferry.spec.estate.sites import Delivery, Site


def manifests(estate: Estate, outputs: Outputs) -> tuple[tuple[SiteManifests, ...], tuple[LeftOut, ...]]:
    """Return the manifests of each site whose identity was made, and the other sites.

    What several sites of one namespace share (the Namespace, the NetworkPolicy, a ServiceAccount) comes with the first.
    """
    placements = list(_placements(estate, outputs))
    made = {placement.site.namespace for placement in placements if placement.site.makes_namespace}
    seen: set[tuple[str, str]] = set()
    found = []
    for placement in placements:
        namespace, account = placement.site.namespace, placement.site.service_account
        is_first = (namespace, "") not in seen
        found.append(
            SiteManifests(
                placement=placement,
                namespace=_first(is_first and namespace in made, accounts.namespace(placement)),
                policy=_first(is_first, egress.network_policy(estate.name, namespace)),
                account=_first((namespace, account) not in seen, accounts.service_account(placement)),
                objects=tuple(_objects(placement)),
                patch=Manifest(document=workload.patch(placement), comments=tuple(workload.notes(placement))),
            )
        )
        seen |= {(namespace, ""), (namespace, account)}
    return tuple(found), tuple(_left_out(estate, outputs))


def _placements(estate: Estate, outputs: Outputs) -> Iterator[Placement]:
    for site in estate.sites:
        if identity := outputs.identities.get(site.identity):
            yield Placement(
                estate=estate.name,
                cloud=estate.azure.cloud,
                tenant_id=estate.azure.tenant_id,
                vault_urls=outputs.vault_urls,
                identity=identity,
                site=site,
            )


def _left_out(estate: Estate, outputs: Outputs) -> Iterator[LeftOut]:
    for site in estate.sites:
        if site.identity not in outputs.identities:
            reason = f"the client id of its identity {site.identity} is not known before it is made"
            yield LeftOut(site=site.name, reason=reason)


def _first(is_wanted: bool, document: Document) -> Manifest | None:
    return Manifest(document=document) if is_wanted else None


def _objects(placement: Placement) -> Iterator[Manifest]:
    site = placement.site
    if site.secrets:
        yield Manifest(document=accounts.role(placement))
    for store in secrets.stores(placement):
        yield Manifest(document=store)
    if external := secrets.external_secret(placement):
        yield Manifest(document=external, comments=_reasons(site, Delivery.SECRET))
    for index, found in enumerate(classes.classes(placement)):
        yield Manifest(document=found, comments=() if index else _reasons(site, Delivery.FILES))


def _reasons(site: Site, delivery: Delivery) -> tuple[str, ...]:
    """Return why these come in this way, each reason with all that it is of."""
    by_reason: dict[str, list[str]] = {}
    for secret in site.delivered(delivery):
        by_reason.setdefault(secret.reason, []).append(secret.alias)
    way = "Files" if delivery is Delivery.FILES else "A Secret"
    return tuple(f"{way} for {', '.join(names)}: {reason}" for reason, names in by_reason.items())
