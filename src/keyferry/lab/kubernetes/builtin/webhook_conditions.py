"""The conditions of a webhook: which the server takes.

Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-matchconditions
and `kubernetes/pkg/apis/admissionregistration/validation`.
"""

from typing import Any, Final

from keyferry.lab.kubernetes import names, objects
from keyferry.lab.kubernetes.cel.expressions import CONDITIONS, MalformedError
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, duplicate, invalid, required, too_many

MOST: Final = 64


def validate(path: str, conditions: Any) -> list[Problem]:
    """Problems of a webhook's conditions: each compiles to a bool, and has a name of its own."""
    found = [too_many(path, len(conditions), MOST)] if len(conditions) > MOST else []
    seen: set[str] = set()
    for index, one in enumerate(objects.items(conditions)):
        name = str(one.get("name") or "")
        found += _condition(f"{path}[{index}]", one, name)
        if name and name in seen:
            found.append(duplicate(f"{path}[{index}].name", name))
        seen.add(name)
    return found


def _condition(path: str, condition: Object, name: str) -> list[Problem]:
    found = _expression(f"{path}.expression", str(condition.get("expression") or "").strip())
    return found + (names.qualified(f"{path}.name", name) if name else [required(f"{path}.name")])


def _expression(path: str, text: str) -> list[Problem]:
    if not text:
        return [required(path)]
    try:
        CONDITIONS.check(text)
    except MalformedError as why:
        return [invalid(path, text, str(why))]
    return []
