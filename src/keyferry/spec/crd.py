"""The CustomResourceDefinitions that keyferry brings: what External Secrets Operator 2.9 serves, and v1beta1 as well.

Called by `make generate`, which writes them to deploy/crds. Names, columns and defaults are those that users of the API
know; descriptions are keyferry's own and what `kubectl explain` shows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from keyferry.model.wellknown import ES_GROUP
from keyferry.spec import openapi
from keyferry.spec.fields import external_secret, secret_store
from keyferry.spec.fields.references import V1, V1BETA1
from keyferry.spec.schema import Table

_CATEGORY: Final = "external-secrets"
_DEPRECATION: Final = (
    f"{ES_GROUP}/{V1BETA1} goes away one day; write apiVersion: {ES_GROUP}/{V1}, all fields stay as they are"
)
_READY: Final = '.status.conditions[?(@.type=="Ready")]'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """One kind; the schemas and columns are functions of the version where the versions differ."""

    kind: str
    plural: str
    short_name: str
    scope: str
    doc: str
    spec: Callable[[str], Table]
    status: Callable[[str], Table]
    columns: tuple[tuple[str, str, str], ...]
    selectable: tuple[str, ...] = ()


_STORE_COLUMNS: Final = (
    ("AGE", "date", ".metadata.creationTimestamp"),
    ("Status", "string", f"{_READY}.reason"),
    ("Capabilities", "string", ".status.capabilities"),
    ("Ready", "string", f"{_READY}.status"),
)
_KINDS: Final = (
    _Kind(
        kind="ExternalSecret",
        plural="externalsecrets",
        short_name="es",
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
        kind="SecretStore",
        plural="secretstores",
        short_name="ss",
        scope="Namespaced",
        doc="Says where the secrets of this namespace are, and as whom to read them.",
        spec=secret_store.spec,
        status=lambda _: secret_store.status(),
        columns=_STORE_COLUMNS,
    ),
    _Kind(
        kind="ClusterSecretStore",
        plural="clustersecretstores",
        short_name="css",
        scope="Cluster",
        doc="Says where secrets are, and as whom to read them, for many namespaces.",
        spec=secret_store.spec,
        status=lambda _: secret_store.status(),
        columns=_STORE_COLUMNS,
    ),
)


def definitions() -> tuple[dict[str, Any], ...]:
    """Return every CustomResourceDefinition, in a fixed order and with a fixed order of fields."""
    return tuple(_definition(kind) for kind in _KINDS)


def _definition(kind: _Kind) -> dict[str, Any]:
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{kind.plural}.{ES_GROUP}",
            "labels": {"external-secrets.io/component": "controller"},
        },
        "spec": {
            "group": ES_GROUP,
            "names": {
                "kind": kind.kind,
                "listKind": f"{kind.kind}List",
                "plural": kind.plural,
                "singular": kind.kind.lower(),
                "shortNames": [kind.short_name],
                "categories": [_CATEGORY],
            },
            "scope": kind.scope,
            "versions": [_version(kind, V1), _version(kind, V1BETA1)],
        },
    }


def _version(kind: _Kind, version: str) -> dict[str, Any]:
    is_v1 = version == V1
    served: dict[str, Any] = {"name": version, "served": True, "storage": is_v1}
    if not is_v1:
        served |= {"deprecated": True, "deprecationWarning": _DEPRECATION}
    if is_v1 and kind.selectable:
        served["selectableFields"] = [{"jsonPath": path} for path in kind.selectable]
    served["additionalPrinterColumns"] = [
        {"name": name, "type": type_, "jsonPath": path} for name, type_, path in kind.columns
    ]
    return served | {"subresources": {"status": {}}, "schema": {"openAPIV3Schema": _schema(kind, version)}}


def _schema(kind: _Kind, version: str) -> dict[str, Any]:
    return {
        "description": kind.doc,
        "type": "object",
        "properties": {
            "apiVersion": {"type": "string", "description": "Version of this API."},
            "kind": {"type": "string", "description": f"{kind.kind}."},
            "metadata": {"type": "object"},
            "spec": openapi.render(kind.spec(version)),
            "status": openapi.render(kind.status(version)),
        },
    }
