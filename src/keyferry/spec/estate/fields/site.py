"""`spec.sites`, `spec.defaults` and the entries of further files: who a site is, and what it gets in which way."""

from typing import Final

from keyferry.spec.estate import azure_names, cluster_names, intervals, seen_names
from keyferry.spec.schema import Flag, Items, Node, Table, Text

_CONSUME: Final = ("files", "env", "secretRef")
_DELIVER: Final = ("auto", "files", "secret")
_SCOPES: Final = ("vault", "secret")


def _vault(doc: str) -> Text:
    return azure_names.VAULT.node(doc)


def _consume(doc: str) -> Text:
    return Text(doc=doc, enum=_CONSUME, quiet=True)


def _deliver(doc: str) -> Text:
    return Text(doc=doc, enum=_DELIVER, quiet=True)


SECRET: Final = Table(
    required=("name",),
    fields={
        "name": azure_names.OBJECT.node("Name of the object in the vault."),
        "as": Text(
            doc="What the application sees: the file's name, the key in the Secret. Default: its name.",
            rule=seen_names.alias,
        ),
        "type": Text(
            doc="Kind of object. The private key of a certificate is in the secret of its name.",
            enum=("secret", "certificate", "key"),
            default="secret",
            quiet=True,
        ),
        "version": azure_names.VERSION.node("Version of the object. Default: the newest."),
        "vault": _vault("Vault that it is in. Default: the site's."),
        "consume": _consume("How the application takes it. Default: the site's."),
        "deliver": _deliver("In which way it comes. Default: the site's."),
    },
)

SECRETS: Final = Items(doc="What the site gets from vaults.", of=SECRET)

_BOTH: Final[dict[str, Node]] = {
    "vault": _vault(
        "Vault that secrets are in unless they say otherwise. Default: the only one, where there is one alone."
    ),
    "consume": _consume(
        "How the application takes values: `files`, also where it can be told where to look; `env`; or `secretRef`, a "
        "Secret by name, as imagePullSecrets are. Default: files."
    ),
    "deliver": _deliver(
        "`auto` is files unless the application can only read its environment or a Secret. Default: auto."
    ),
    "refreshInterval": Text(
        doc="How old a value may be, such as 1h or 30m; 0 reads it once. Default: 1h.", rule=intervals.interval
    ),
    "roleScope": Text(
        doc=(
            "What roles are assigned on: `vault`, or `secret`, each object alone. Default: secret where identities "
            "share the vault or it was there already, else vault."
        ),
        enum=_SCOPES,
        quiet=True,
    ),
    "mountPath": Text(
        doc="Where files are mounted. Default: /mnt/secrets.", pattern="^/[^:]*$", rule=seen_names.mount_path
    ),
    "createNamespace": Flag(
        doc="Whether manifests have the Namespace. Default: true, but for those that every cluster has."
    ),
}

DEFAULTS: Final = Table(
    doc="What every site has that does not say otherwise.",
    fields={
        **_BOTH,
        "secrets": Items(doc="Secrets of each site that has no `secrets` of its own.", of=SECRET),
    },
)

SITE: Final = Table(
    required=("name",),
    fields={
        "name": cluster_names.SITE.node("Name of the site, once in the estate."),
        "namespace": cluster_names.NAMESPACE.node("Its namespace. Default: the site's name."),
        "serviceAccount": cluster_names.OBJECT.node("Its ServiceAccount. Default: the site's name."),
        "identity": azure_names.IDENTITY.node(
            "One of `identities`. Default: one of the site's own, named ESTATE-SITE."
        ),
        "workload": cluster_names.OBJECT.node("Its Deployment, for the example patch. Default: the site's name."),
        "secretName": cluster_names.OBJECT.node(
            "Secret that its application knows, which keeps its name. Default: SITE-secrets."
        ),
        **_BOTH,
        "secrets": SECRETS,
    },
)

SITES: Final = Items(doc="The sites. More may come from `siteFiles`, `--sites` and `--sites-from-env`.", of=SITE)
