"""Which Secrets and classes the pods of a template take values from. Pure.

Counted are environments (of init containers too) and volumes; pull secrets, which no process reads, are not.
"""

from collections.abc import Iterator

import msgspec

from keyferry.restart.state import Source, SourceKind

CLASS_ATTRIBUTE = "secretProviderClass"  # https://secrets-store-csi-driver.sigs.k8s.io/concepts


class _Wire(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    pass


class _Named(_Wire, frozen=True):
    name: str = ""


class _From(_Wire, frozen=True):
    secret_key_ref: _Named | None = None


class _Variable(_Wire, frozen=True):
    value_from: _From | None = None


class _Bundle(_Wire, frozen=True):
    secret_ref: _Named | None = None


class _Container(_Wire, frozen=True):
    env: list[_Variable] | None = None
    env_from: list[_Bundle] | None = None


class _SecretVolume(_Wire, frozen=True):
    secret_name: str = ""


class _Projection(_Wire, frozen=True):
    secret: _Named | None = None


class _Projected(_Wire, frozen=True):
    sources: list[_Projection] | None = None


class _Csi(_Wire, frozen=True):
    volume_attributes: dict[str, str] | None = None


class _Volume(_Wire, frozen=True):
    secret: _SecretVolume | None = None
    projected: _Projected | None = None
    csi: _Csi | None = None


class _PodSpec(_Wire, frozen=True):
    containers: list[_Container] | None = None
    init_containers: list[_Container] | None = None
    volumes: list[_Volume] | None = None


class _Meta(_Wire, frozen=True):
    annotations: dict[str, str] | None = None


class PodTemplate(_Wire, frozen=True):
    """`spec.template` of a workload, as far as it matters here."""

    metadata: _Meta = _Meta()
    spec: _PodSpec = _PodSpec()

    @property
    def annotations(self) -> dict[str, str]:
        """The annotations of the pods to be."""
        return self.metadata.annotations or {}

    def used(self) -> frozenset[Source]:
        """Return every source that the pods name, once."""
        containers = [*(self.spec.init_containers or ()), *(self.spec.containers or ())]
        named = [name for each in containers for name in _of_container(each)]
        named += [name for volume in self.spec.volumes or () for name in _of_volume(volume)]
        classes = [_class_of(volume) for volume in self.spec.volumes or ()]
        return frozenset(
            [Source(SourceKind.SECRET, name) for name in named if name]
            + [Source(SourceKind.CLASS, name) for name in classes if name]
        )


def _of_container(container: _Container) -> Iterator[str]:
    for variable in container.env or ():
        if variable.value_from is not None and variable.value_from.secret_key_ref is not None:
            yield variable.value_from.secret_key_ref.name
    for bundle in container.env_from or ():
        if bundle.secret_ref is not None:
            yield bundle.secret_ref.name


def _of_volume(volume: _Volume) -> Iterator[str]:
    if volume.secret is not None:
        yield volume.secret.secret_name
    if volume.projected is not None:
        for source in volume.projected.sources or ():
            if source.secret is not None:
                yield source.secret.name


def _class_of(volume: _Volume) -> str:
    attributes = volume.csi.volume_attributes if volume.csi is not None else None
    return (attributes or {}).get(CLASS_ATTRIBUTE, "")
