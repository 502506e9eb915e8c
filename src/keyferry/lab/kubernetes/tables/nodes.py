"""Cells of nodes and of the CSI drivers on them."""

from datetime import datetime

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.tables.cells import WIDE, Cell, Printer, age, printer, text

_ROLE = "node-role.kubernetes.io/"
_OLD_ROLE = "kubernetes.io/role"
_NONE = "<none>"
_UNSET = "<unset>"
_UNKNOWN = "<unknown>"


def _status(document: Object, _now: datetime) -> str:
    conditions = objects.items(objects.dig(document, "status", "conditions"))
    ready = next((one["status"] for one in conditions if one["type"] == "Ready"), None)
    shown = "Unknown" if ready is None else "Ready" if ready == "True" else "NotReady"
    return f"{shown},SchedulingDisabled" if objects.dig(document, "spec", "unschedulable") else shown


def _roles(document: Object, _now: datetime) -> str:
    labels = document["metadata"].get("labels") or {}
    found = {key.removeprefix(_ROLE) for key in labels if key.startswith(_ROLE)} | {labels.get(_OLD_ROLE, "")}
    return ",".join(sorted(found - {""})) or _NONE


def _address(kind: str) -> Cell:
    def cell(document: Object, _now: datetime) -> str:
        found = objects.items(objects.dig(document, "status", "addresses"))
        return next((str(one.get("address")) for one in found if one.get("type") == kind), _NONE)

    return cell


def _drivers(document: Object, _now: datetime) -> int:
    return len(objects.dig(document, "spec", "drivers") or ())


def _flag(field: str) -> Cell:
    return lambda document, _now: "true" if objects.dig(document, "spec", field) else "false"


def _audiences(document: Object, _now: datetime) -> str:
    found = objects.items(objects.dig(document, "spec", "tokenRequests"))
    return ",".join(str(one.get("audience") or "") for one in found) or _UNSET


def _modes(document: Object, _now: datetime) -> str:
    return ",".join(objects.dig(document, "spec", "volumeLifecycleModes") or ()) or _NONE


def _info(field: str) -> Cell:
    return text("status", "nodeInfo", field, missing=_UNKNOWN)


NODES: Printer = printer(
    ("Status", _status),
    ("Roles", _roles),
    ("Age", age),
    ("Version", text("status", "nodeInfo", "kubeletVersion")),
    ("Internal-IP", _address("InternalIP"), WIDE),
    ("External-IP", _address("ExternalIP"), WIDE),
    ("OS-Image", _info("osImage"), WIDE),
    ("Kernel-Version", _info("kernelVersion"), WIDE),
    ("Container-Runtime", _info("containerRuntimeVersion"), WIDE),
)
CSI_NODES: Printer = printer(("Drivers", _drivers), ("Age", age))
CSI_DRIVERS: Printer = printer(
    ("AttachRequired", _flag("attachRequired")),
    ("PodInfoOnMount", _flag("podInfoOnMount")),
    ("StorageCapacity", _flag("storageCapacity")),
    ("TokenRequests", _audiences),
    ("RequiresRepublish", _flag("requiresRepublish")),
    ("Modes", _modes),
    ("Age", age),
)
