"""Values of the chart keyferry-sites, which makes the same objects of them; and the example patches. Pure.

The chart is in deploy/helm/keyferry-sites.
"""

from collections.abc import Iterable
from typing import Any, Final

from keyferry.provision.manifests import plain, yaml_text
from keyferry.provision.manifests.placement import Document
from keyferry.provision.manifests.state import SiteManifests
from keyferry.provision.tree import Files
from keyferry.spec.estate.estate import Cloud

CHART: Final = "helm/keyferry-sites"  # below deploy/


def files(estate: str, found: Iterable[SiteManifests], chart: Files) -> Files:
    """Return the values of all sites, a patch for each, and beside the values the chart, where its files are given."""
    sites = tuple(found)
    header = (
        f"The sites of the estate {estate}, rendered by keyferry provision: values of the chart keyferry-sites.",
        "Edit keyferry.yaml and render again, for what is written here goes then.",
    )
    made = {"manifests/helm/values.yaml": yaml_text.documents(header, ((values(estate, sites), ()),))}
    made.update({f"manifests/helm/keyferry-sites/{path}": content for path, content in chart.items()})
    for site in sites:
        made[f"manifests/patches/{site.site}.yaml"] = plain.document(estate, site.site, (site.patch,))
    return made


def values(estate: str, sites: Iterable[SiteManifests]) -> Document:
    """Return the chart's values, said in the words of the objects that come of them."""
    return {"estate": estate, "sites": {site.site: _site(site) for site in sites}}


def _site(site: SiteManifests) -> Document:
    placement = site.placement
    fields: Document = {
        "namespace": placement.site.namespace,
        "createNamespace": site.namespace is not None,
        "networkPolicy": site.policy is not None,
        "serviceAccount": placement.site.service_account,
        "createServiceAccount": site.account is not None,
        "clientId": placement.identity.client_id,
        "tenantId": placement.identity.tenant_id,
    }
    if placement.identity.tenant_id != placement.tenant_id:
        fields["annotateTenant"] = True
    if placement.cloud is not Cloud.PUBLIC:
        fields["cloud"] = str(placement.cloud)
    for external in _of_kind(site, "ExternalSecret"):
        stores = [_store(store) for store in _of_kind(site, "SecretStore")]
        fields["externalSecret"] = {"stores": stores, **_external_secret(external["spec"])}
    if classes := [_class(found) for found in _of_kind(site, "SecretProviderClass")]:
        fields["classes"] = classes
    return fields


def _of_kind(site: SiteManifests, kind: str) -> list[Any]:
    return [each.document for each in site.objects if each.document["kind"] == kind]


def _store(store: Any) -> Document:
    return {"name": store["metadata"]["name"], "vaultUrl": store["spec"]["provider"]["azurekv"]["vaultUrl"]}


def _external_secret(spec: Any) -> Document:
    return {
        "refreshInterval": spec["refreshInterval"],
        "store": spec["secretStoreRef"]["name"],
        "target": spec["target"],
        "data": spec["data"],
    }


def _class(found: Any) -> Document:
    parameters = found["spec"]["parameters"]
    fields = {"name": found["metadata"]["name"], "keyvaultName": parameters["keyvaultName"]}
    return {**fields, "objects": parameters["objects"]}
