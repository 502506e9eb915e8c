"""The parts of a pod that an injection looks at, taken from its JSON; whatever else is in there is not touched.

Refused where a part has a shape that no API server sends. A null is as good as nothing, as Go reads it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from keyferry.admit.injection import names
from keyferry.admit.injection.refusal import Refused

_INDEX: Final = re.compile(r"\.(\d+)(?=\.|$)")
_REMEDY: Final = "send a Pod of v1 as the API server has it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """One of a container's volumeMounts; `is_whole` where no subPath narrows it."""

    name: str
    path: str
    is_read_only: bool
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A container and its JSON pointer. `variables` and `mounts` are None where there is no list of them."""

    pointer: str
    name: str
    variables: frozenset[str] | None
    mounts: tuple[Mount, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PodShape:
    """`name` is what the volume's name is made of. Lists are None where there is none."""

    name: str
    service_account: str
    annotations: Mapping[str, str]
    init_containers: tuple[Container, ...] | None
    containers: tuple[Container, ...]
    volumes: tuple[Mapping[str, Any], ...] | None
    is_on_host_network: bool
    is_windows: bool

    @property
    def is_mirror(self) -> bool:
        """Whether it only shows what a node runs from a file."""
        return names.MIRROR in self.annotations


def parse(pod: Mapping[str, Any]) -> PodShape:
    """Return the parts of `pod`. Refused with the path of what has a wrong shape."""
    metadata = _object(pod.get("metadata"), "/metadata")
    spec = _object(pod.get("spec"), "/spec")
    containers = _containers(spec.get("containers"), "/spec/containers")
    if not containers:
        raise Refused("spec.containers", "the pod has no container", "give it one")
    system = _object(spec.get("os"), "/spec/os")
    return PodShape(
        name=_text(metadata.get("name"), "/metadata/name")
        or f"{_text(metadata.get('generateName'), '/metadata/generateName')} (prefix)",
        service_account=_text(spec.get("serviceAccountName"), "/spec/serviceAccountName") or "default",
        annotations=_annotations(metadata.get("annotations")),
        init_containers=_containers(spec.get("initContainers"), "/spec/initContainers"),
        containers=containers,
        volumes=_volumes(spec.get("volumes")),
        is_on_host_network=_truth(spec.get("hostNetwork"), "/spec/hostNetwork"),
        is_windows=_text(system.get("name"), "/spec/os/name") == "windows",
    )


def _annotations(value: Any) -> Mapping[str, str]:
    annotations = _object(value, "/metadata/annotations")
    return {name: _text(text, "/metadata/annotations") for name, text in annotations.items()}


def _containers(value: Any, pointer: str) -> tuple[Container, ...] | None:
    entries = _list(value, pointer)
    if entries is None:
        return None
    return tuple(_container(entry, f"{pointer}/{index}") for index, entry in enumerate(entries))


def _container(value: Any, pointer: str) -> Container:
    entry = _object(value, pointer)
    variables = _list(entry.get("env"), f"{pointer}/env")
    mounts = _list(entry.get("volumeMounts"), f"{pointer}/volumeMounts")
    return Container(
        pointer=pointer,
        name=_text(entry.get("name"), f"{pointer}/name"),
        variables=None if variables is None else frozenset(_names(variables, f"{pointer}/env")),
        mounts=None
        if mounts is None
        else tuple(_mount(mount, f"{pointer}/volumeMounts/{index}") for index, mount in enumerate(mounts)),
    )


def _mount(value: Any, pointer: str) -> Mount:
    mount = _object(value, pointer)
    return Mount(
        name=_text(mount.get("name"), f"{pointer}/name"),
        path=_text(mount.get("mountPath"), f"{pointer}/mountPath"),
        is_read_only=_truth(mount.get("readOnly"), f"{pointer}/readOnly"),
        is_whole=not mount.get("subPath") and not mount.get("subPathExpr"),
    )


def _volumes(value: Any) -> tuple[Mapping[str, Any], ...] | None:
    volumes = _list(value, "/spec/volumes")
    if volumes is not None:
        _names(volumes, "/spec/volumes")
    return None if volumes is None else tuple(volumes)


def _names(entries: list[Any], pointer: str) -> list[str]:
    return [_name(entry, pointer, index) for index, entry in enumerate(entries)]


def _name(value: Any, pointer: str, index: int) -> str:
    """Return the name of one of a list. A path is made up where it is needed alone: a pod may have many variables."""
    if isinstance(value, dict) and isinstance(name := value.get("name"), str):
        return name
    return _text(_object(value, f"{pointer}/{index}").get("name"), f"{pointer}/{index}/name")


def _object(value: Any, pointer: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _misshapen(pointer, "an object")
    return value


def _list(value: Any, pointer: str) -> list[Any] | None:
    if value is not None and not isinstance(value, list):
        raise _misshapen(pointer, "a list")
    return value


def _text(value: Any, pointer: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _misshapen(pointer, "a text")
    return value


def _truth(value: Any, pointer: str) -> bool:
    if value is not None and not isinstance(value, bool):
        raise _misshapen(pointer, "true or false")
    return bool(value)


def _misshapen(pointer: str, wanted: str) -> Refused:
    field = _INDEX.sub(r"[\1]", pointer[1:].replace("/", "."))
    return Refused(field, f"this is not {wanted}", _REMEDY)
