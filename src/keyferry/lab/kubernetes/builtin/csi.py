"""CSIDrivers and CSINodes: their defaults, and what the server takes.

Source: https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/csi-driver-v1/ and
`kubernetes/pkg/apis/storage/validation`.
"""

from typing import Any

from keyferry.lab.kubernetes import names, objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, duplicate, invalid, required, too_long, unsupported

MAX_NAME_BYTES = 63
MAX_NODE_ID_BYTES = 192
MIN_TOKEN_SECONDS = 600
MAX_TOKEN_SECONDS = 2**32
MIN_UPDATE_SECONDS = 10
MODES = ("Persistent", "Ephemeral")
POLICIES = ("ReadWriteOnceWithFSType", "File", "None")
_IMMUTABLE = "field is immutable"


def driver_name(path: str, value: str) -> list[Problem]:
    """Problems of a driver's name: a DNS subdomain in any case, of at most 63 characters."""
    if not value:
        return [required(path)]
    found = [too_long(path, MAX_NAME_BYTES)] if len(value) > MAX_NAME_BYTES else []
    return found + names.subdomain(path, value.lower())


def default_driver(new: Object, _old: Object | None) -> None:
    """Fill in what a driver does not say: attached, persistent, told nothing, called once."""
    spec = new.setdefault("spec", {})
    if not isinstance(spec, dict):
        return
    for field in ("podInfoOnMount", "storageCapacity", "requiresRepublish", "seLinuxMount"):
        spec.setdefault(field, False)
    spec.setdefault("attachRequired", True)
    spec.setdefault("fsGroupPolicy", POLICIES[0])
    if not spec.get("volumeLifecycleModes"):
        spec["volumeLifecycleModes"] = [MODES[0]]


def validate_driver(new: Object, old: Object | None) -> list[Problem]:
    """Problems of a CSIDriver; whether it is attached and which volumes it takes may never change."""
    spec = new["spec"]
    found = driver_name("metadata.name", objects.name(new))
    found += [
        unsupported("spec.volumeLifecycleModes", mode, MODES)
        for mode in spec["volumeLifecycleModes"]
        if mode not in MODES
    ]
    if spec["fsGroupPolicy"] not in POLICIES:
        found.append(unsupported("spec.fsGroupPolicy", spec["fsGroupPolicy"], POLICIES))
    found += _tokens(spec) + _period(spec)
    if old is not None:
        found += [
            invalid(f"spec.{shown}", spec[field], _IMMUTABLE)
            for field, shown in (("attachRequired", "attachedRequired"), ("volumeLifecycleModes",) * 2)
            if spec[field] != old["spec"][field]
        ]
    return found


def validate_node(new: Object, old: Object | None) -> list[Problem]:
    """Problems of a CSINode: each driver once, with its name for the node, and as it was."""
    former = {one["name"]: one for one in objects.items(objects.dig(old, "spec", "drivers"))}
    found = []
    seen: set[str] = set()
    for index, driver in enumerate(objects.items(objects.dig(new, "spec", "drivers"))):
        path, name = f"spec.drivers[{index}]", str(driver.get("name") or "")
        found += driver_name(f"{path}.name", name) + _node_id(f"{path}.nodeID", str(driver.get("nodeID") or ""))
        if name in seen:
            found.append(duplicate(f"{path}.name", name))
        seen.add(name)
        if former.get(name, driver) != driver:
            found.append(invalid(path, driver, _IMMUTABLE))
    return found


def _tokens(spec: Object) -> list[Problem]:
    found = []
    seen: set[str] = set()
    for index, request in enumerate(objects.items(spec.get("tokenRequests"))):
        path, audience = f"spec.tokenRequests[{index}]", str(request.get("audience") or "")
        if audience in seen:
            found.append(duplicate(f"{path}.audience", audience))
        seen.add(audience)
        found += lifetime(f"{path}.expirationSeconds", request.get("expirationSeconds"))
    if spec.get("serviceAccountTokenInSecrets") is not None and not seen:
        detail = "may only be set when tokenRequests is set"
        found.append(invalid("spec.serviceAccountTokenInSecrets", spec["serviceAccountTokenInSecrets"], detail))
    return found


def lifetime(path: str, seconds: Any) -> list[Problem]:
    """Problems of a token's lifetime, None for the usual one."""
    if seconds is not None and seconds < MIN_TOKEN_SECONDS:
        return [invalid(path, seconds, "may not specify a duration less than 10 minutes")]
    if seconds is not None and seconds > MAX_TOKEN_SECONDS:
        return [invalid(path, seconds, "may not specify a duration larger than 2^32 seconds")]
    return []


def _period(spec: Object) -> list[Problem]:
    path = "nodeAllocatableUpdatePeriodSeconds"
    if spec.get(path) is None or spec[path] >= MIN_UPDATE_SECONDS:
        return []
    return [invalid(f"spec.{path}", spec[path], f"must be greater than or equal to {MIN_UPDATE_SECONDS} seconds")]


def _node_id(path: str, value: str) -> list[Problem]:
    if not value:
        return [required(path)]
    return [too_long(path, MAX_NODE_ID_BYTES)] if len(value) > MAX_NODE_ID_BYTES else []
