"""The CustomResourceDefinitions that keyferry brings: those of two APIs that others made, in all their versions.

External Secrets Operator 2.9 gives the first, with v1beta1 as well, and the Secrets Store CSI driver 1.6 the second.

Called by `make generate`, which writes them to deploy/crds. Names, columns and defaults are those that users of the API
know; descriptions are keyferry's own and what `kubectl explain` shows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from keyferry.model.wellknown import ES_GROUP, SECRETS_STORE_GROUP
from keyferry.spec import openapi
from keyferry.spec.fields import external_secret, pod_status, secret_provider_class, secret_store
from keyferry.spec.fields.references import V1, V1ALPHA1, V1BETA1
from keyferry.spec.schema import Table

_READY: Final = '.status.conditions[?(@.type=="Ready")]'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Api:
    """What the kinds of one group have in common. `older` is the deprecated version, beside v1."""

    group: str
    older: str
    labels: Mapping[str, str]
    categories: tuple[str, ...]
    has_status_subresource: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """One kind; the schemas are functions of the version. `spec` is None where the kind has a status alone."""

    api: _Api
    kind: str
    plural: str
    scope: str
    doc: str
    spec: Callable[[str], Table] | None
    status: Callable[[str], Table]
    short_names: tuple[str, ...] = ()
    columns: tuple[tuple[str, str, str], ...] = ()
    selectable: tuple[str, ...] = ()


_EXTERNAL_SECRETS: Final = _Api(
    group=ES_GROUP,
    older=V1BETA1,
    labels={"external-secrets.io/component": "controller"},
    categories=("external-secrets",),
    has_status_subresource=True,
)
_SECRETS_STORE: Final = _Api(
    group=SECRETS_STORE_GROUP, older=V1ALPHA1, labels={}, categories=(), has_status_subresource=False
)

_STORE_COLUMNS: Final = (
    ("AGE", "date", ".metadata.creationTimestamp"),
    ("Status", "string", f"{_READY}.reason"),
    ("Capabilities", "string", ".status.capabilities"),
    ("Ready", "string", f"{_READY}.status"),
)
_KINDS: Final = (
    _Kind(
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
    _Kind(
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
    _Kind(
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
    _Kind(
        api=_SECRETS_STORE,
        kind="SecretProviderClass",
        plural="secretproviderclasses",
        scope="Namespaced",
        doc="Says what a provider mounts into the pods that name this class.",
        spec=lambda _: secret_provider_class.spec(),
        status=secret_provider_class.status,
    ),
    _Kind(
        api=_SECRETS_STORE,
        kind="SecretProviderClassPodStatus",
        plural="secretproviderclasspodstatuses",
        scope="Namespaced",
        doc="Says what one pod has mounted. The node plugin writes it, and it goes with the pod.",
        spec=None,
        status=lambda _: pod_status.status(),
    ),
)


def definitions() -> tuple[dict[str, Any], ...]:
    """Return every CustomResourceDefinition, in a fixed order and with a fixed order of fields."""
    return tuple(_definition(kind) for kind in _KINDS)


def _definition(kind: _Kind) -> dict[str, Any]:
    group = kind.api.group
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{kind.plural}.{group}"} | _set(labels=dict(kind.api.labels)),
        "spec": {
            "group": group,
            "names": {
                "kind": kind.kind,
                "listKind": f"{kind.kind}List",
                "plural": kind.plural,
                "singular": kind.kind.lower(),
            }
            | _set(shortNames=list(kind.short_names), categories=list(kind.api.categories)),
            "scope": kind.scope,
            "versions": [_version(kind, V1), _version(kind, kind.api.older)],
        },
    }


def _version(kind: _Kind, version: str) -> dict[str, Any]:
    is_v1 = version == V1
    served: dict[str, Any] = {"name": version, "served": True, "storage": is_v1}
    if not is_v1:
        served |= {"deprecated": True, "deprecationWarning": _deprecation(kind.api)}
    selectable = [{"jsonPath": path} for path in kind.selectable] if is_v1 else []
    columns = [{"name": name, "type": type_, "jsonPath": path} for name, type_, path in kind.columns]
    subresources: dict[str, Any] = {"status": {}} if kind.api.has_status_subresource else {}
    served |= _set(selectableFields=selectable, additionalPrinterColumns=columns, subresources=subresources)
    return served | {"schema": {"openAPIV3Schema": _schema(kind, version)}}


def _deprecation(api: _Api) -> str:
    return f"{api.group}/{api.older} goes away one day; write apiVersion: {api.group}/{V1}, all fields stay as they are"


def _schema(kind: _Kind, version: str) -> dict[str, Any]:
    spec = {} if kind.spec is None else {"spec": openapi.render(kind.spec(version))}
    return {
        "description": kind.doc,
        "type": "object",
        "properties": {
            "apiVersion": {"type": "string", "description": "Version of this API."},
            "kind": {"type": "string", "description": f"{kind.kind}."},
            "metadata": {"type": "object"},
            **spec,
            "status": openapi.render(kind.status(version)),
        },
    }


def _set(**fields: Any) -> dict[str, Any]:
    """Return the fields that say something."""
    return {name: value for name, value in fields.items() if value}
