"""`spec.install`, `events`, `monitoring` and `terraform`: keyferry on the cluster, and what surrounds it."""

from typing import Final

from keyferry.spec.estate import addresses, azure_names, cluster_names, intervals, platform_names, resource_ids
from keyferry.spec.schema import Integer, Items, Table, Text, Texts

COMPONENTS: Final = ("operator", "webhook", "node")

INSTALL: Final = Table(
    doc="How keyferry itself comes onto the cluster. Left out, Terraform does not install it.",
    required=("image",),
    fields={
        "namespace": cluster_names.NAMESPACE.node("Namespace that it is installed in.", default="keyferry"),
        "chart": Text(
            doc="The Helm chart: `./helm/keyferry`, which is shipped with keyferry, or one in a registry by oci://.",
            default="./helm/keyferry",
            rule=platform_names.chart,
        ),
        "chartVersion": Text(
            doc="Version of a chart in a registry, which needs one: nothing is installed unpinned.",
            rule=platform_names.version,
        ),
        "image": Text(
            doc="Image of all processes in your registry, without a tag where `digest` is given.",
            rule=platform_names.image,
        ),
        "digest": Text(
            doc="Digest of the image, which pins it.", pattern="^sha256:[0-9a-f]{64}$", rule=platform_names.digest
        ),
        "components": Items(
            doc="Which processes run: operator, webhook, node. Default: all of them.",
            of=Text(enum=COMPONENTS, quiet=True),
            min_items=1,
        ),
    },
)

EVENTS: Final = Table(
    doc="Event Grid tells the operator of changes in vaults. Left out, it looks at intervals alone.",
    required=("endpoint", "application"),
    fields={
        "endpoint": Text(
            doc="Where the operator takes events in, as Event Grid reaches it.",
            pattern=addresses.HTTPS,
            rule=addresses.endpoint,
        ),
        "application": Text(
            doc="Entra application that deliveries are signed for: its id or its api:// URI.",
            rule=platform_names.application,
        ),
    },
)

MONITORING: Final = Table(
    doc="Audit records of vaults, and alerts on them. Left out, none are kept.",
    fields={
        "workspaceId": resource_ids.node(
            "Log Analytics workspace that is there. Default: one that is made.", resource_ids.WORKSPACE
        ),
        "retentionDays": Integer(doc="Days that a workspace made keeps records.", default=30, least=30, most=730),
        "emails": Items(doc="Who is told of alerts.", of=Text(rule=addresses.mail)),
        "knownPrincipals": Items(
            doc=(
                "Object ids of those who may use the vaults besides the estate's identities, such as whoever writes "
                "values: `az ad signed-in-user show --query id`. The alert on unknown readers names everybody else."
            ),
            of=azure_names.GUID.node(""),
        ),
        "forbiddenPerWindow": Integer(doc="More refusals (403) than this in a window alert.", default=5, least=0),
        "throttledPerWindow": Integer(doc="More throttled calls (429) than this do.", default=50, least=0),
        "window": Text(
            doc="The window: 5m, 10m, 15m, 30m, 45m, from 1h to 6h by the hour, or 24h.",
            default="15m",
            rule=intervals.window,
        ),
    },
)

TERRAFORM: Final = Table(
    doc="Terraform itself.",
    fields={
        "backend": Table(
            doc="Where it keeps its state. Default: a file beside the module.",
            required=("type",),
            fields={
                "type": Text(doc="Name of the backend, such as azurerm.", rule=platform_names.backend),
                "settings": Texts(doc="Its settings, none of which may be a credential.", of=Text(max_length=1024)),
            },
        ),
    },
)
