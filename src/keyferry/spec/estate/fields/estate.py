"""The whole of keyferry.yaml."""

from typing import Final

from keyferry.spec.estate import cluster_names
from keyferry.spec.estate.fields import azure, platform, site, vaults
from keyferry.spec.estate.origins import KIND
from keyferry.spec.schema import Items, Node, Table, Text

API_VERSION: Final = "keyferry.io/v1alpha1"

SPEC: Final = Table(
    doc="The estate.",
    required=("azure", "cluster"),
    fields={
        "azure": azure.AZURE,
        "cluster": azure.CLUSTER,
        "vaults": vaults.VAULTS,
        "identities": vaults.IDENTITIES,
        "defaults": site.DEFAULTS,
        "sites": site.SITES,
        "siteFiles": Items(
            doc="Files with more sites, as globs relative to this file, such as sites/*.yaml.",
            of=Text(min_length=1, max_length=1024),
        ),
        "install": platform.INSTALL,
        "events": platform.EVENTS,
        "monitoring": platform.MONITORING,
        "terraform": platform.TERRAFORM,
    },
)

METADATA: Final = Table(
    doc="Its name.",
    required=("name",),
    fields={"name": cluster_names.ESTATE.node("Name of the estate, which names in Azure begin with.")},
)

DOCUMENT: Final[dict[str, Node]] = {
    "apiVersion": Text(doc="Version of this format.", enum=(API_VERSION,), quiet=True),
    "kind": Text(doc="Kind of this document.", enum=(KIND,), quiet=True),
    "metadata": METADATA,
    "spec": SPEC,
}
WHOLE: Final = Table(
    doc="One estate of keyferry: identities, vaults and sites, each said once.",
    fields=DOCUMENT,
    required=tuple(DOCUMENT),
)
