"""What a write is, as webhooks are chosen by it and told of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from keyferry.lab.kubernetes.access.users import User
from keyferry.lab.kubernetes.cel.permissions import Decide
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.resources import Registry, Resource
from keyferry.lab.kubernetes.storage.store import Store

Namespaced = tuple[str, str]


class Kind(NamedTuple):
    """A kind in a version."""

    group: str
    version: str
    kind: str

    def shown(self) -> Object:
        """Return it as reviews write it."""
        return {"group": self.group, "version": self.version, "kind": self.kind}


_SPOKEN: Final = {
    "binding": Kind("", "v1", "Binding"),
    "scale": Kind("autoscaling", "v1", "Scale"),
    "token": Kind("authentication.k8s.io", "v1", "TokenRequest"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The cluster around a write. `ports` are those on loopback where the lab runs what is behind a Service."""

    store: Store
    registry: Registry
    ids: Callable[[], str]
    decide: Decide
    ports: dict[Namespaced, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """One write. `namespace` is that of a namespaced object, and the name of a Namespace for itself.

    `options` are the request's; `warnings` collects what webhooks want told.
    """

    world: World
    user: User
    resource: Resource
    operation: str
    namespace: str
    name: str
    subresource: str = ""
    dry_run: bool = False
    options: Object = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        """The kind of the object in the request."""
        return _SPOKEN.get(self.subresource) or kind_of(self.resource)

    @property
    def is_of_its_own_kind(self) -> bool:
        """Whether the object in the request is one of the resource, and not of a kind that its subresource speaks."""
        return self.subresource not in _SPOKEN


def kind_of(resource: Resource) -> Kind:
    """Return the kind of a resource's objects."""
    return Kind(resource.group, resource.version, resource.kind)
