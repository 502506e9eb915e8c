"""Fields that several kinds share: references to stores, generators, Secrets and ServiceAccounts; conditions."""

from typing import Final

from keyferry.spec import rules
from keyferry.spec.schema import Items, Node, Table, Text

V1: Final = "v1"
V1BETA1: Final = "v1beta1"
V1ALPHA1: Final = "v1alpha1"

_SUBDOMAIN: Final = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
_LABEL: Final = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
_GENERATORS: Final = (
    "ACRAccessToken",
    "ClusterGenerator",
    "ECRAuthorizationToken",
    "Fake",
    "GCRAccessToken",
    "GithubAccessToken",
    "QuayAccessToken",
    "Password",
    "SSHKey",
    "STSSessionToken",
    "UUID",
    "VaultDynamicSecret",
    "Webhook",
    "Grafana",
)
_GENERATORS_OF_V1: Final = (
    "BeyondtrustWorkloadCredentialsDynamicSecret",
    "CloudsmithAccessToken",
    "GitlabDeployToken",
    "MFA",
)


def object_name(doc: str) -> Text:
    """Return the field that names an object, such as a Secret."""
    return Text(doc=doc, min_length=1, max_length=253, pattern=_SUBDOMAIN, rule=rules.dns_subdomain)


def namespace_name(doc: str) -> Text:
    """Return the field that names a namespace."""
    return Text(doc=doc, min_length=1, max_length=63, pattern=_LABEL, rule=rules.dns_label)


def store_ref(doc: str) -> Table:
    """Return the reference to a SecretStore or ClusterSecretStore."""
    return Table(
        doc=doc,
        fields={
            "name": object_name("Name of the store, such as azure-kv."),
            "kind": Text(
                doc="SecretStore, which is of the same namespace and what a missing kind means, or ClusterSecretStore.",
                enum=("SecretStore", "ClusterSecretStore"),
            ),
        },
    )


def generator_ref(version: str) -> Table:
    """Return the reference to a generator of values."""
    return Table(
        doc="A generator that makes up the values, such as a password.",
        required=("kind", "name"),
        fields={
            "apiVersion": Text(doc="API of the generator.", default="generators.external-secrets.io/v1alpha1"),
            "kind": Text(
                doc="Kind of the generator, such as Password.",
                enum=_GENERATORS + (_GENERATORS_OF_V1 if version == V1 else ()),
            ),
            "name": object_name("Name of the generator."),
        },
    )


def secret_key_selector(doc: str) -> Table:
    """Return the selector of one key of a Kubernetes Secret."""
    return Table(
        doc=doc,
        fields={
            "name": object_name("Name of the Secret."),
            "namespace": namespace_name(
                "Namespace of the Secret. A SecretStore reads its own namespace alone; for a ClusterSecretStore "
                "without it the namespace of each ExternalSecret counts."
            ),
            "key": Text(doc="Key in the Secret.", min_length=1, max_length=253, pattern=r"^[-._a-zA-Z0-9]+$"),
        },
    )


def service_account_selector(doc: str) -> Table:
    """Return the selector of the ServiceAccount whose tokens are exchanged."""
    return Table(
        doc=doc,
        required=("name",),
        fields={
            "name": object_name(
                "Name of the ServiceAccount. Its annotation azure.workload.identity/client-id says which identity it "
                "stands for."
            ),
            "namespace": namespace_name(
                "Namespace of the ServiceAccount, the store's own when missing. A ServiceAccount of another namespace "
                "must list the store's namespace in its annotation keyferry.io/usable-from. For a ClusterSecretStore "
                "without it the namespace of each ExternalSecret counts, and with it no annotation is asked for."
            ),
            "audiences": Items(
                doc="Further audiences of the token, beside api://AzureADTokenExchange.",
                of=Text(doc="An audience."),
            ),
        },
    )


def conditions(types: tuple[str, ...]) -> Items:
    """Return the list of conditions of a status; `types` empty means any."""
    fields: dict[str, Node] = {
        "type": Text(doc="What the condition is about; Ready says whether all is well.", enum=types),
        "status": Text(doc="True, False or Unknown."),
        "reason": Text(doc="One word for programs."),
        "message": Text(doc="What happened, why and what to do, for people."),
        "lastTransitionTime": Text(doc="When the status changed last.", format="date-time"),
    }
    return Items(
        doc="State of the object.", of=Table(doc="One aspect of it.", required=("type", "status"), fields=fields)
    )
