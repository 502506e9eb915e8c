"""The environment of containers: which variables the server takes.

Source: https://kubernetes.io/docs/tasks/inject-data-application/ and `kubernetes/pkg/apis/core/validation`.
"""

from typing import Any

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, invalid, required

_KEYED = ("secretKeyRef", "configMapKeyRef")
_SOURCES = (*_KEYED, "fieldRef", "resourceFieldRef", "fileKeyRef")
_FIELDS = (
    *("metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName"),
    *("status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"),
)
_SUBSCRIPTED = ("metadata.labels['", "metadata.annotations['")


def validate(path: str, container: Object) -> list[Problem]:
    """Problems of the variables of a container."""
    found: list[Problem] = []
    for index, variable in enumerate(objects.items(container.get("env"))):
        here = f"{path}.env[{index}]"
        name = str(variable.get("name") or "")
        if not name:
            found.append(required(f"{here}.name"))
        elif "=" in name:
            found.append(invalid(f"{here}.name", name, "a valid environment variable name must not contain '='"))
        if variable.get("valueFrom") is not None:
            found += _source(f"{here}.valueFrom", variable["valueFrom"], variable.get("value"))
    for index, source in enumerate(objects.items(container.get("envFrom"))):
        found += _all_keys(f"{path}.envFrom[{index}]", source)
    return found


def _source(path: str, source: Object, value: Any) -> list[Problem]:
    given = [kind for kind in _SOURCES if source.get(kind) is not None]
    if not given:
        detail = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
        return [invalid(path, "", detail)]
    found = []
    if value:
        found.append(invalid(path, "", "may not be specified when `value` is not empty"))
    if len(given) > 1:
        found.append(invalid(path, "", "may not have more than one field specified at a time"))
    first, reference = given[0], source[given[0]]
    if first in _KEYED:
        found += [required(f"{path}.{first}.{field}") for field in ("name", "key") if not reference.get(field)]
    if first == "fieldRef":
        found += _field(f"{path}.fieldRef.fieldPath", str(reference.get("fieldPath") or ""))
    return found


def _field(path: str, value: str) -> list[Problem]:
    if not value:
        return [required(path)]
    known = value in _FIELDS or (value.startswith(_SUBSCRIPTED) and value.endswith("']"))
    return [] if known else [invalid(path, value, "error converting fieldPath: field label not supported")]


def _all_keys(path: str, source: Object) -> list[Problem]:
    given = [kind for kind in ("configMapRef", "secretRef") if source.get(kind) is not None]
    if len(given) != 1:
        detail = "may not have more than one field specified at a time" if given else "must specify one source"
        return [invalid(path, "", detail)]
    return [] if source[given[0]].get("name") else [required(f"{path}.{given[0]}.name")]
