"""What a write is, as webhooks are chosen by it and told of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

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
        if self.subresource == "scale":
            return Kind("autoscaling", "v1", "Scale")
        return kind_of(self.resource)


def kind_of(resource: Resource) -> Kind:
    """Return the kind of a resource's objects."""
    return Kind(resource.group, resource.version, resource.kind)
