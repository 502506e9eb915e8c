"""The CustomResourceDefinitions that keyferry brings: those of two APIs that others made, in all their versions.

External Secrets Operator 2.9 gives the first, with v1beta1 as well, and the Secrets Store CSI driver 1.6 the second.

Called by `make generate`, which writes them to deploy/crds. Names, columns and defaults are those that users of the API
know; descriptions are keyferry's own and what `kubectl explain` shows.
"""

from typing import Any

from keyferry.spec import kind_examples, openapi
from keyferry.spec.kinds import KINDS, Api, Kind


def definitions() -> tuple[dict[str, Any], ...]:
    """Return every CustomResourceDefinition, in a fixed order and with a fixed order of fields."""
    return tuple(_definition(kind) for kind in KINDS)


def _definition(kind: Kind) -> dict[str, Any]:
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
            "versions": [_version(kind, version) for version in kind.api.versions],
        },
    }


def _version(kind: Kind, version: str) -> dict[str, Any]:
    is_newest = version == kind.api.versions[0]
    served: dict[str, Any] = {"name": version, "served": True, "storage": is_newest}
    if not is_newest:
        served |= {"deprecated": True, "deprecationWarning": _deprecation(kind.api, version)}
    selectable = [{"jsonPath": path} for path in kind.selectable] if is_newest else []
    columns = [{"name": name, "type": type_, "jsonPath": path} for name, type_, path in kind.columns]
    subresources: dict[str, Any] = {"status": {}} if kind.api.has_status_subresource else {}
    served |= _set(selectableFields=selectable, additionalPrinterColumns=columns, subresources=subresources)
    return served | {"schema": {"openAPIV3Schema": _schema(kind, version)}}


def _deprecation(api: Api, version: str) -> str:
    newest = f"{api.group}/{api.versions[0]}"
    return f"{api.group}/{version} goes away one day; write apiVersion: {newest}, all fields stay as they are"


def _schema(kind: Kind, version: str) -> dict[str, Any]:
    spec = {} if kind.spec is None else {"spec": openapi.render(kind.spec(version))}
    return {
        "description": kind_examples.described(kind.kind, kind.doc),
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
