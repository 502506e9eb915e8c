"""The kinds whose CustomResourceDefinitions keyferry brings: names, versions, columns, and the fields of each.

Called by crd, which writes them as the API server takes them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from keyferry.model.wellknown import ES_GROUP, GENERATORS_GROUP, SECRETS_STORE_GROUP
from keyferry.spec.fields import (
    external_secret,
    fanout,
    generators,
    pod_status,
    push_secret,
    secret_provider_class,
    secret_store,
)
from keyferry.spec.fields.references import V1, V1ALPHA1, V1BETA1
from keyferry.spec.schema import Table

_READY: Final = '.status.conditions[?(@.type=="Ready")]'


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """What kinds of one group have in common. Of `versions` the first is stored, and those after it are deprecated."""

    group: str
    versions: tuple[str, ...]
    labels: Mapping[str, str]
    categories: tuple[str, ...]
    has_status_subresource: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind; the schemas are functions of the version. `spec` is None where the kind has a status alone."""

    api: Api
    kind: str
    plural: str
    scope: str
    doc: str
    spec: Callable[[str], Table] | None
    status: Callable[[str], Table]
    short_names: tuple[str, ...] = ()
    columns: tuple[tuple[str, str, str], ...] = ()
    selectable: tuple[str, ...] = ()


_EXTERNAL_SECRETS: Final = Api(
    group=ES_GROUP,
    versions=(V1, V1BETA1),
    labels={"external-secrets.io/component": "controller"},
    categories=("external-secrets",),
    has_status_subresource=True,
)
_ALPHA: Final = Api(
    group=ES_GROUP,
    versions=(V1ALPHA1,),
    labels=_EXTERNAL_SECRETS.labels,
    categories=_EXTERNAL_SECRETS.categories,
    has_status_subresource=True,
)
_GENERATORS: Final = Api(
    group=GENERATORS_GROUP,
    versions=(V1ALPHA1,),
    labels=_EXTERNAL_SECRETS.labels,
    categories=("external-secrets", "external-secrets-generators"),
    has_status_subresource=True,
)
_SECRETS_STORE: Final = Api(
    group=SECRETS_STORE_GROUP, versions=(V1, V1ALPHA1), labels={}, categories=(), has_status_subresource=False
)

_STORE_COLUMNS: Final = (
    ("AGE", "date", ".metadata.creationTimestamp"),
    ("Status", "string", f"{_READY}.reason"),
    ("Capabilities", "string", ".status.capabilities"),
    ("Ready", "string", f"{_READY}.status"),
)
_GENERATOR_KINDS: Final[tuple[tuple[str, str, Callable[[str], Table]], ...]] = (
    (
        "ACRAccessToken",
        "Fetches a short-lived login for an Azure Container Registry at each refresh of whoever refers to it.",
        lambda _: generators.acr_access_token(),
    ),
    ("ClusterGenerator", "A generator that every namespace may use.", lambda _: generators.cluster_generator()),
    ("Fake", "Gives fixed values, for tests of manifests.", lambda _: generators.fake()),
    (
        "Password",
        "Makes up a password at each refresh of whoever refers to it; refreshPolicy CreatedOnce keeps the first.",
        lambda _: generators.password(),
    ),
    ("UUID", "Makes up a random UUID at each refresh of whoever refers to it.", lambda _: generators.uuid()),
)
KINDS: Final = (
    Kind(
        api=_EXTERNAL_SECRETS,
        kind="ExternalSecret",
        plural="externalsecrets",
        short_names=("es",),
        scope="Namespaced",
        doc="Delivers values of a vault as a Secret and keeps it fresh.",
        spec=external_secret.spec,
        status=external_secret.status,
        columns=(
            ("StoreType", "string", ".spec.secretStoreRef.kind"),
            ("Store", "string", ".spec.secretStoreRef.name"),
            ("Refresh Interval", "string", ".spec.refreshInterval"),
            ("Status", "string", f"{_READY}.reason"),
            ("Ready", "string", f"{_READY}.status"),
            ("Last Sync", "date", ".status.refreshTime"),
        ),
        selectable=(
            ".spec.secretStoreRef.name",
            ".spec.secretStoreRef.kind",
            ".spec.target.name",
            ".spec.refreshInterval",
        ),
    ),
    Kind(
        api=_EXTERNAL_SECRETS,
        kind="SecretStore",
        plural="secretstores",
        short_names=("ss",),
        scope="Namespaced",
        doc="Says where the secrets of this namespace are, and as whom to read them.",
        spec=secret_store.spec,
        status=lambda _: secret_store.status(),
        columns=_STORE_COLUMNS,
    ),
    Kind(
        api=_EXTERNAL_SECRETS,
        kind="ClusterSecretStore",
        plural="clustersecretstores",
        short_names=("css",),
        scope="Cluster",
        doc="Says where secrets are, and as whom to read them, for many namespaces.",
        spec=secret_store.spec,
        status=lambda _: secret_store.status(),
        columns=_STORE_COLUMNS,
    ),
    Kind(
        api=_ALPHA,
        kind="PushSecret",
        plural="pushsecrets",
        short_names=("ps",),
        scope="Namespaced",
        doc="Writes keys of a Secret, or what a generator makes up, into vaults and keeps them in step.",
        spec=lambda _: push_secret.spec(),
        status=lambda _: push_secret.status(),
        columns=(
            ("AGE", "date", ".metadata.creationTimestamp"),
            ("Status", "string", f"{_READY}.reason"),
            ("Last Sync", "date", ".status.refreshTime"),
        ),
    ),
    Kind(
        api=_EXTERNAL_SECRETS,
        kind="ClusterExternalSecret",
        plural="clusterexternalsecrets",
        short_names=("ces",),
        scope="Cluster",
        doc="Creates an ExternalSecret in each of many namespaces, and keeps them in step.",
        spec=fanout.cluster_external_secret,
        status=lambda _: fanout.cluster_external_secret_status(),
        columns=(
            ("Store", "string", ".spec.externalSecretSpec.secretStoreRef.name"),
            ("Refresh Interval", "string", ".spec.refreshTime"),
            ("Ready", "string", f"{_READY}.status"),
        ),
    ),
    Kind(
        api=_ALPHA,
        kind="ClusterPushSecret",
        plural="clusterpushsecrets",
        scope="Cluster",
        doc="Creates a PushSecret in each of many namespaces, and keeps them in step.",
        spec=lambda _: fanout.cluster_push_secret(),
        status=lambda _: fanout.cluster_push_secret_status(),
        columns=(("AGE", "date", ".metadata.creationTimestamp"), ("Status", "string", f"{_READY}.reason")),
    ),
    *(
        Kind(
            api=_GENERATORS,
            kind=kind,
            plural=f"{kind.lower()}s",
            scope="Cluster" if kind == "ClusterGenerator" else "Namespaced",
            doc=doc,
            spec=spec,
            status=lambda _: generators.status(),
        )
        for kind, doc, spec in _GENERATOR_KINDS
    ),
    Kind(
        api=_SECRETS_STORE,
        kind="SecretProviderClass",
        plural="secretproviderclasses",
        scope="Namespaced",
        doc="Says what a provider mounts into the pods that name this class.",
        spec=lambda _: secret_provider_class.spec(),
        status=secret_provider_class.status,
    ),
    Kind(
        api=_SECRETS_STORE,
        kind="SecretProviderClassPodStatus",
        plural="secretproviderclasspodstatuses",
        scope="Namespaced",
        doc="Says what one pod has mounted. The node plugin writes it, and it goes with the pod.",
        spec=None,
        status=lambda _: pod_status.status(),
    ),
)
