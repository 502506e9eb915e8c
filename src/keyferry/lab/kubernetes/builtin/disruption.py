"""What a PodDisruptionBudget must be. Source: `pkg/apis/policy/validation/validation.go` of Kubernetes."""

import re

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, invalid

_SHARE = re.compile(r"(100|[1-9]?[0-9])%")
_BOUNDS = ("minAvailable", "maxUnavailable")


def validate(new: Object, _old: Object | None) -> list[Problem]:
    """Return what is wrong: both bounds at once, and one that is neither a count nor a share."""
    spec = new.get("spec") or {}
    found = [
        invalid(f"spec.{name}", spec[name], "must be a number from 0 on, or a share from 0% to 100%")
        for name in _BOUNDS
        if name in spec and not _is_amount(spec[name])
    ]
    if all(name in spec for name in _BOUNDS):
        shown = objects.encode({name: spec[name] for name in _BOUNDS}).decode()
        found.append(invalid("spec", shown, "minAvailable and maxUnavailable cannot be both set"))
    return found


def _is_amount(value: object) -> bool:
    if isinstance(value, str):
        return _SHARE.fullmatch(value) is not None
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
