"""The rules of a webhook: which operations on which resources it is asked about.

Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-rules
"""

from typing import Any, Final

from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, invalid, required, unsupported

OPERATIONS: Final = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
SCOPES: Final = ("*", "Cluster", "Namespaced")


def validate(path: str, rule: Object) -> list[Problem]:
    """Problems of one rule."""
    operations = rule.get("operations") or []
    found = _list(f"{path}.operations", operations, "operations")
    found += [
        unsupported(f"{path}.operations[{index}]", one, OPERATIONS)
        for index, one in enumerate(operations)
        if one not in OPERATIONS
    ]
    found += _list(f"{path}.apiGroups", rule.get("apiGroups") or [], "API groups")
    versions = rule.get("apiVersions") or []
    found += _list(f"{path}.apiVersions", versions, "API versions")
    found += [required(f"{path}.apiVersions[{index}]") for index, one in enumerate(versions) if not one]
    found += _resources(f"{path}.resources", rule.get("resources") or [])
    if rule["scope"] not in SCOPES:
        found.append(unsupported(f"{path}.scope", rule["scope"], SCOPES))
    return found


def _list(path: str, values: list[Any], what: str) -> list[Problem]:
    if not values:
        return [required(path)]
    if len(values) > 1 and "*" in values:
        return [invalid(path, values, f"if '*' is present, must not specify other {what}")]
    return []


def _resources(path: str, values: list[str]) -> list[Problem]:
    if not values:
        return [required(path)]
    found = [required(f"{path}[{index}]") for index, one in enumerate(values) if not one]
    for index, one in enumerate(values):
        resource, _, part = one.partition("/")
        wildcards = (f"{resource}/*", f"*/{part}") if part else ()
        found += [
            invalid(f"{path}[{index}]", one, f"if '{wildcard}' is present, must not specify {one}")
            for wildcard in wildcards
            if wildcard in values[:index]
        ]
    if len(values) > 1 and "*/*" in values:
        found.append(invalid(path, values, "if '*/*' is present, must not specify other resources"))
    if "*" in values and any(one not in ("", "*") and "/" not in one for one in values):
        why = "if '*' is present, must not specify other resources without subresources"
        found.append(invalid(path, values, why))
    return found
