"""Which Secrets and ConfigMaps a pod looks at, so that a kubelet can follow just these."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object

Kind = Literal["secrets", "configmaps"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An object in the pod's namespace."""

    kind: Kind
    namespace: str
    name: str


def of_volume(volume: Object, namespace: str) -> frozenset[Reference]:
    """Return what the files of a volume are made of."""
    sources = [volume, *objects.items(objects.dig(volume, "projected", "sources"))]
    return frozenset(one for source in sources for one in _of_source(source, namespace))


def of_container(container: Object, namespace: str) -> frozenset[Reference]:
    """Return what a container's environment is made of."""
    found: set[Reference] = set()
    for entry in objects.items(container.get("env")):
        found.update(_named(entry.get("valueFrom") or {}, "secretKeyRef", "configMapKeyRef", namespace))
    for source in objects.items(container.get("envFrom")):
        found.update(_named(source, "secretRef", "configMapRef", namespace))
    return frozenset(found)


def _of_source(source: Object, namespace: str) -> Iterator[Reference]:
    secret = objects.dig(source, "secret", "secretName") or objects.dig(source, "secret", "name")
    if secret:
        yield Reference(kind="secrets", namespace=namespace, name=str(secret))
    if config := objects.dig(source, "configMap", "name"):
        yield Reference(kind="configmaps", namespace=namespace, name=str(config))


def _named(source: Object, secret: str, config: str, namespace: str) -> Iterator[Reference]:
    if name := objects.dig(source, secret, "name"):
        yield Reference(kind="secrets", namespace=namespace, name=str(name))
    if name := objects.dig(source, config, "name"):
        yield Reference(kind="configmaps", namespace=namespace, name=str(name))
