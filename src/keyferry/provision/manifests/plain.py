"""Plain YAML: `plain/SITE.yaml` for each site, to be applied, and `patches/SITE.yaml`, an example. Pure."""

from collections.abc import Iterable

from keyferry.provision.manifests import yaml_text
from keyferry.provision.manifests.state import Manifest, SiteManifests
from keyferry.provision.tree import Files


def files(estate: str, found: Iterable[SiteManifests]) -> Files:
    """Return the files of all sites."""
    made: dict[str, bytes] = {}
    for site in found:
        made[f"manifests/plain/{site.site}.yaml"] = document(estate, site.site, site.all())
        made[f"manifests/patches/{site.site}.yaml"] = document(estate, site.site, (site.patch,))
    return made


def document(estate: str, site: str, manifests: Iterable[Manifest]) -> bytes:
    """Return a file of manifests below a comment that says where they are from."""
    header = (
        f"Site {site} of the estate {estate}, rendered by keyferry provision:",
        "edit keyferry.yaml and render again, for what is written here goes then.",
    )
    return yaml_text.documents(header, ((each.document, each.comments) for each in manifests))
