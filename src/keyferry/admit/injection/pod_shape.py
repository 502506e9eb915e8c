"""The parts of a pod that an injection looks at, taken from its JSON; whatever else is in there is not touched.

Refused where a part has a shape that no API server sends. A null is as good as nothing, as Go reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from keyferry.admit.injection import names
from keyferry.admit.injection.refusal import Refused
from keyferry.kube.wire.nesting import Decoder

_PLACE: Final = " - at `$."  # where msgspec's texts begin to tell it


class Mount(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    """One of a container's volumeMounts."""

    name: str | None = None
    mount_path: str | None = None
    read_only: bool | None = None
    sub_path: str | None = None
    sub_path_expr: str | None = None

    @property
    def is_token(self) -> bool:
        """Whether it is the token's, if its volume is: the whole of it in its place, not to be written to."""
        is_whole = not self.sub_path and not self.sub_path_expr
        return self.mount_path == names.MOUNT_PATH and self.read_only is True and is_whole


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


class _Named(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    name: str | None = None


class _Container(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    name: str | None = None
    env: tuple[_Named, ...] | None = None
    volume_mounts: tuple[Mount, ...] | None = None


class _Metadata(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    name: str | None = None
    generate_name: str | None = None
    annotations: dict[str, str | None] | None = None


class _Spec(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    service_account_name: str | None = None
    init_containers: tuple[_Container, ...] | None = None
    containers: tuple[_Container, ...] | None = None
    volumes: tuple[dict[str, Any], ...] | None = None
    host_network: bool | None = None
    os: _Named | None = None


class _Pod(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    metadata: _Metadata | None = None
    spec: _Spec | None = None


_DECODER: Final = Decoder(_Pod)


def parse(pod: Mapping[str, Any] | msgspec.Raw) -> PodShape:
    """Return the parts of `pod`, which may be JSON still. Refused with the path of what has a wrong shape."""
    try:
        found = _DECODER.decode(pod) if isinstance(pod, msgspec.Raw) else msgspec.convert(pod, _Pod)
    except msgspec.MsgspecError as refusal:
        raise _misshapen(str(refusal)) from None
    metadata, spec = found.metadata or _Metadata(), found.spec or _Spec()
    if not spec.containers:
        raise Refused("spec.containers", "the pod has no container", "give it one")
    annotations = metadata.annotations or {}
    return PodShape(
        name=metadata.name or f"{metadata.generate_name or ''} (prefix)",
        service_account=spec.service_account_name or "default",
        annotations={name: text for name, text in annotations.items() if text is not None},
        init_containers=None
        if spec.init_containers is None
        else _containers(spec.init_containers, "/spec/initContainers"),
        containers=_containers(spec.containers, "/spec/containers"),
        volumes=spec.volumes,
        is_on_host_network=spec.host_network is True,
        is_windows=spec.os is not None and spec.os.name == "windows",
    )


def _containers(found: tuple[_Container, ...], pointer: str) -> tuple[Container, ...]:
    return tuple(
        Container(
            pointer=f"{pointer}/{index}",
            name=container.name or "",
            variables=None if container.env is None else frozenset([variable.name or "" for variable in container.env]),
            mounts=container.volume_mounts,
        )
        for index, container in enumerate(found)
    )


def _misshapen(text: str) -> Refused:
    """Say where: msgspec names the types and the place, and nothing that stands there."""
    fault, _, place = text.partition(_PLACE)
    return Refused(place.rstrip("`") or "the pod", fault, "send a Pod of v1 as the API server has it")
