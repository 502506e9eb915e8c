"""Ephemeral containers: added to a running pod through a path of their own, never changed, never taken away.

Called by `update` and `admission`. Source: https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/ and
`kubernetes/pkg/apis/core/validation`.
"""

from typing import Final

from keyferry.lab.kubernetes import names, objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, duplicate, forbidden, invalid, required
from keyferry.lab.kubernetes.verbs.call import Call

SUBRESOURCE: Final = "ephemeralcontainers"
PODS: Final = ("", "pods")
_FIELD: Final = "ephemeralContainers"
_PATH: Final = f"spec.{_FIELD}"
_NEVER: Final = ("lifecycle", "livenessProbe", "ports", "readinessProbe", "resources", "startupProbe")
_NOWHERE_ELSE: Final = "pod updates may not change fields other than those of running containers"


def taken(document: Object, former: Object) -> Object:
    """Return the stored pod with the ephemeral containers of `document`, and with its managed fields."""
    found = objects.copy(former)
    if added := objects.dig(document, "spec", _FIELD):
        found["spec"][_FIELD] = added
    else:
        found["spec"].pop(_FIELD, None)
    managed = objects.metadata(document).get("managedFields")
    if managed is not None:
        found["metadata"]["managedFields"] = managed
    return found


def problems(call: Call, new: Object, old: Object | None) -> list[Problem]:
    """Problems of a pod's ephemeral containers, none of any other object."""
    if call.resource.storage_key != PODS:
        return []
    fresh, former = _of(new), _of(old or {})
    if old is None:
        return [forbidden(_PATH, "cannot be set on create")] if fresh else []
    if call.route.subresource != SUBRESOURCE:
        return [forbidden("spec", _NOWHERE_ELSE)] if fresh != former else []
    return _added(fresh, _taken_names(new)) + _kept(fresh, former)


def _of(pod: Object) -> list[Object]:
    return list(objects.items(objects.dig(pod, "spec", _FIELD)))


def _taken_names(pod: Object) -> set[str]:
    fields = ("containers", "initContainers")
    return {str(one.get("name")) for field in fields for one in objects.items(pod["spec"].get(field))}


def _added(containers: list[Object], seen: set[str]) -> list[Problem]:
    found = []
    for index, one in enumerate(containers):
        path, name = f"{_PATH}[{index}]", str(one.get("name") or "")
        found += names.label(f"{path}.name", name) if name else [required(f"{path}.name")]
        found += [duplicate(f"{path}.name", name)] if name in seen else []
        found += [] if one.get("image") else [required(f"{path}.image")]
        why = "cannot be set for an Ephemeral Container"
        found += [forbidden(f"{path}.{field}", why) for field in _NEVER if one.get(field)]
        seen.add(name)
    return found


def _kept(fresh: list[Object], former: list[Object]) -> list[Problem]:
    by_name = {one.get("name"): one for one in fresh}
    found = []
    for one in former:
        name = str(one.get("name"))
        if name not in by_name:
            found.append(forbidden(_PATH, f'existing ephemeral containers "{name}" may not be removed'))
        elif by_name[name] != one:
            why = f'existing ephemeral containers "{name}" may not be changed'
            found.append(invalid(_PATH, [name], why))
    return found
