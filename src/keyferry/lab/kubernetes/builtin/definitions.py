"""CustomResourceDefinitions: their defaults, and which of them the server takes.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/ and
`k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation`.
"""

from typing import Any

from keyferry.lab.kubernetes import names, objects
from keyferry.lab.kubernetes.crds import structural
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, duplicate, forbidden, invalid, required, unsupported

_COLUMN_TYPES = ("integer", "number", "string", "boolean", "date")


def default(new: Object, _old: Object | None) -> None:
    """Fill in names that follow from others, and the conversion strategy."""
    spec = new.get("spec")
    if not isinstance(spec, dict):
        return
    spec.setdefault("conversion", {"strategy": "None"})
    wanted = spec.get("names")
    if isinstance(wanted, dict) and wanted.get("kind"):
        wanted.setdefault("singular", str(wanted["kind"]).lower())
        wanted.setdefault("listKind", f"{wanted['kind']}List")


def validate(new: Object, old: Object | None) -> list[Problem]:
    """Problems of a definition."""
    spec = new.get("spec") or {}
    found = _named(new, spec)
    if spec.get("scope") not in ("Namespaced", "Cluster"):
        found.append(unsupported("spec.scope", spec.get("scope", ""), ("Cluster", "Namespaced")))
    strategy = objects.dig(spec, "conversion", "strategy")
    if strategy == "Webhook":
        found.append(unsupported("spec.conversion.strategy", strategy, ("None",)))
    found += _versions(spec)
    if old is not None:
        former = old["spec"]
        found += [
            invalid(f"spec.{path}", now, "field is immutable")
            for path, now, then in (
                ("group", spec.get("group"), former["group"]),
                ("scope", spec.get("scope"), former["scope"]),
                ("names.plural", objects.dig(spec, "names", "plural"), former["names"]["plural"]),
                ("names.kind", objects.dig(spec, "names", "kind"), former["names"]["kind"]),
            )
            if now != then
        ]
    return found


def _named(new: Object, spec: Object) -> list[Problem]:
    wanted = spec.get("names") or {}
    found = [required(f"spec.names.{field}") for field in ("plural", "kind") if not wanted.get(field)]
    if not spec.get("group"):
        found.append(required("spec.group"))
    elif "." not in spec["group"]:
        found.append(invalid("spec.group", spec["group"], "should be a domain with at least one dot"))
    name = f"{wanted.get('plural', '')}.{spec.get('group', '')}"
    if not found and objects.name(new) != name:
        found.append(invalid("metadata.name", objects.name(new), 'must be spec.names.plural+"."+spec.group'))
    return found


def _versions(spec: Object) -> list[Problem]:
    versions = list(objects.items(spec.get("versions")))
    if not versions:
        return [required("spec.versions", "must have at least one version")]
    found = []
    if sum(bool(version.get("storage")) for version in versions) != 1:
        found.append(
            invalid(
                "spec.versions",
                [version.get("name") for version in versions],
                "must have exactly one version marked as storage version",
            )
        )
    seen: set[Any] = set()
    for index, version in enumerate(versions):
        path = f"spec.versions[{index}]"
        found += names.label(f"{path}.name", str(version.get("name") or ""))
        if version.get("name") in seen:
            found.append(duplicate(f"{path}.name", version.get("name")))
        seen.add(version.get("name"))
        found += _version(path, version)
    return found


def _version(path: str, version: Object) -> list[Problem]:
    schema = objects.dig(version, "schema", "openAPIV3Schema")
    here = f"{path}.schema.openAPIV3Schema"
    found = [required(here, "schemas are required")] if not isinstance(schema, dict) else structural.check(schema, here)
    for index, column in enumerate(objects.items(version.get("additionalPrinterColumns"))):
        place = f"{path}.additionalPrinterColumns[{index}]"
        found += [required(f"{place}.{field}") for field in ("name", "jsonPath") if not column.get(field)]
        if column.get("type") not in _COLUMN_TYPES:
            found.append(unsupported(f"{place}.type", column.get("type", ""), _COLUMN_TYPES))
    if version.get("deprecationWarning") and not version.get("deprecated"):
        found.append(forbidden(f"{path}.deprecationWarning", "can only be set for deprecated versions"))
    return found
