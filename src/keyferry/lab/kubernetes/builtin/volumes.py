"""The volumes of pods: their defaults, and what the server takes.

Source: https://kubernetes.io/docs/concepts/storage/volumes/ and `kubernetes/pkg/apis/core/validation`.
"""

from collections.abc import Iterator
from typing import Any

from keyferry.lab.kubernetes import names, objects
from keyferry.lab.kubernetes.builtin import csi
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, duplicate, forbidden, invalid, not_found, required

MODE = 0o644
TOKEN_SECONDS = 3600
_WITH_MODE = ("secret", "configMap", "projected", "downwardAPI")
_OBJECTS = {"secret": "secretName", "configMap": "name"}  # the field that names the object of a volume
_FIELDS = ("metadata.name", "metadata.namespace", "metadata.uid", "metadata.labels", "metadata.annotations")
_SUBSCRIPTED = ("metadata.labels['", "metadata.annotations['")


def default(spec: Object) -> None:
    """Fill in the volumes of a pod's specification, in place: a volume without a source is an empty directory."""
    for volume in objects.items(spec.get("volumes")):
        if not sources(volume):
            volume["emptyDir"] = {}
        for kind in _WITH_MODE:
            if isinstance(volume.get(kind), dict):
                volume[kind].setdefault("defaultMode", MODE)
        for source in objects.items(objects.dig(volume, "projected", "sources")):
            if isinstance(source.get("serviceAccountToken"), dict):
                source["serviceAccountToken"].setdefault("expirationSeconds", TOKEN_SECONDS)


def validate(path: str, spec: Object) -> list[Problem]:
    """Problems of the volumes of a pod's specification, and of where its containers mount them."""
    found: list[Problem] = []
    seen: set[str] = set()
    for index, volume in enumerate(objects.items(spec.get("volumes"))):
        here, name = f"{path}.volumes[{index}]", str(volume.get("name") or "")
        found += names.label(f"{here}.name", name) if name else [required(f"{here}.name")]
        if name in seen:
            found.append(duplicate(f"{here}.name", name))
        seen.add(name)
        found += _source(here, volume)
    for kind in ("initContainers", "containers"):
        for index, container in enumerate(objects.items(spec.get(kind))):
            found += _mounts(f"{path}.{kind}[{index}]", container, seen)
    return found


def sources(volume: Object) -> list[str]:
    """Return the sources that a volume names; a good one names one."""
    return [key for key, value in volume.items() if key != "name" and value is not None]


def _source(path: str, volume: Object) -> list[Problem]:
    first, *others = sources(volume)
    found = [forbidden(f"{path}.{other}", "may not specify more than 1 volume type") for other in others]
    here, source = f"{path}.{first}", volume[first]
    if first in _OBJECTS and not source.get(_OBJECTS[first]):
        found.append(required(f"{here}.{_OBJECTS[first]}"))
    found += _mode(f"{here}.defaultMode", source.get("defaultMode"))
    match first:
        case "csi":
            found += _csi(here, source)
        case "projected":
            found += _projected(here, source)
        case "downwardAPI":
            found += _downward(f"{here}.items", source.get("items"))
        case "secret" | "configMap":
            found += _items(f"{here}.items", source.get("items"))
    return found


def _csi(path: str, source: Object) -> list[Problem]:
    found = csi.driver_name(f"{path}.driver", str(source.get("driver") or ""))
    reference = source.get("nodePublishSecretRef")
    if reference is not None and not reference.get("name"):
        found.append(required(f"{path}.nodePublishSecretRef.name"))
    return found


def _projected(path: str, volume: Object) -> list[Problem]:
    found: list[Problem] = []
    taken: set[str] = set()
    for index, source in enumerate(objects.items(volume.get("sources"))):
        here = f"{path}.sources[{index}]"
        kinds = sources(source)
        if len(kinds) != 1:
            found.append(
                forbidden(here, "may not specify more than 1 volume type")
                if kinds
                else required(here, "must specify one source")
            )
            continue
        found += _projection(f"{here}.{kinds[0]}", kinds[0], source[kinds[0]])
        for file in _files(kinds[0], source[kinds[0]]):
            if file in taken:
                found.append(invalid(f"{here}.{kinds[0]}", file, "conflicting duplicate paths"))
            taken.add(file)
    return found


def _projection(path: str, kind: str, source: Object) -> list[Problem]:
    match kind:
        case "serviceAccountToken":
            found = csi.lifetime(f"{path}.expirationSeconds", source.get("expirationSeconds"))
            return found + _file(f"{path}.path", source.get("path"))
        case "downwardAPI":
            return _downward(f"{path}.items", source.get("items"))
        case "secret" | "configMap":
            found = [] if source.get("name") else [required(f"{path}.name")]
            return found + _items(f"{path}.items", source.get("items"))
    return []


def _files(kind: str, source: Object) -> Iterator[str]:
    entries = [source] if kind == "serviceAccountToken" else objects.items(source.get("items"))
    yield from (str(one["path"]) for one in entries if one.get("path"))


def _items(path: str, items: Any) -> list[Problem]:
    found: list[Problem] = []
    for index, item in enumerate(objects.items(items)):
        here = f"{path}[{index}]"
        found += [] if item.get("key") else [required(f"{here}.key")]
        found += _file(f"{here}.path", item.get("path")) + _mode(f"{here}.mode", item.get("mode"))
    return found


def _downward(path: str, items: Any) -> list[Problem]:
    found: list[Problem] = []
    for index, item in enumerate(objects.items(items)):
        here = f"{path}[{index}]"
        found += _file(f"{here}.path", item.get("path")) + _mode(f"{here}.mode", item.get("mode"))
        field, resource = item.get("fieldRef"), item.get("resourceFieldRef")
        if (field is None) is (resource is None):
            found.append(required(here, "one of fieldRef and resourceFieldRef is required"))
        elif field is not None:
            found += _field(f"{here}.fieldRef.fieldPath", str(field.get("fieldPath") or ""))
    return found


def _field(path: str, value: str) -> list[Problem]:
    known = value in _FIELDS or (value.startswith(_SUBSCRIPTED) and value.endswith("']"))
    return [] if known else [invalid(path, value, "error converting fieldPath: field label not supported")]


def _file(path: str, value: Any) -> list[Problem]:
    """Problems of a path inside a volume: relative, and never out of it."""
    if not value:
        return [required(path)]
    parts = str(value).split("/")
    found = [invalid(path, value, "must be a relative path")] if str(value).startswith("/") else []
    if ".." in parts:
        found.append(invalid(path, value, "must not contain '..'"))
    if parts[0].startswith("..") and parts[0] != "..":
        found.append(invalid(path, value, "must not start with '..'"))
    return found


def _mode(path: str, value: Any) -> list[Problem]:
    if value is None or 0 <= value <= 0o777:
        return []
    return [invalid(path, value, "must be a number between 0 and 0777 (octal), both inclusive")]


def _mounts(path: str, container: Object, volumes: set[str]) -> list[Problem]:
    found: list[Problem] = []
    taken: set[str] = set()
    for index, mount in enumerate(objects.items(container.get("volumeMounts"))):
        here, place = f"{path}.volumeMounts[{index}]", str(mount.get("mountPath") or "")
        if mount.get("name") not in volumes:
            found.append(not_found(f"{here}.name", mount.get("name") or ""))
        found += [] if place else [required(f"{here}.mountPath")]
        if place in taken:
            found.append(invalid(f"{here}.mountPath", place, "must be unique"))
        taken.add(place)
    return found
