"""One request about a resource, with everything that the verbs need to answer it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from keyferry.lab.kubernetes import status
from keyferry.lab.kubernetes.access.authentication import Authenticator
from keyferry.lab.kubernetes.access.authorizer import Authorizer
from keyferry.lab.kubernetes.access.usage import Usage
from keyferry.lab.kubernetes.access.users import User
from keyferry.lab.kubernetes.admission.attributes import World
from keyferry.lab.kubernetes.admission.errands import Errands
from keyferry.lab.kubernetes.kubelets import Kubelets
from keyferry.lab.kubernetes.requests.routes import Route
from keyferry.lab.kubernetes.resources import Registry, Resource
from keyferry.lab.kubernetes.storage.journal import Journal, Key, Stored
from keyferry.lab.kubernetes.storage.store import Store
from keyferry.lab.kubernetes.tokens import Issuer
from keyferry.lab.world.http import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """What a cluster remembers, and who it knows. `ids` makes UIDs and token ids.

    `ports` are those on loopback where the lab runs what is behind a Service, by namespace and name.
    """

    store: Store
    registry: Registry
    issuer: Issuer
    authenticator: Authenticator
    authorizer: Authorizer
    ids: Callable[[], str]
    kubelets: Kubelets = field(default_factory=Kubelets)
    errands: Errands = field(default_factory=Errands)
    usage: Usage = field(default_factory=Usage)
    ports: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def world(self) -> World:
        """The cluster as reviews see it."""
        return World(
            store=self.store,
            registry=self.registry,
            ids=self.ids,
            decide=self.authorizer.decide,
            ports=self.ports,
        )


class OutdatedError(status.StatusError):
    """The object changed while a webhook was asked: the write may begin anew, unless it was made for a version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The request, who sent it, and what it is about. `warnings` go into the headers of the answer.

    `is_reviewed` is whether webhooks are asked about what it writes.
    """

    cluster: Cluster
    request: Request
    now: datetime
    user: User
    route: Route
    resource: Resource
    verb: str
    warnings: list[str] = field(default_factory=list)
    is_reviewed: bool = True

    @property
    def store(self) -> Store:
        """The cluster's objects."""
        return self.cluster.store

    @property
    def key(self) -> Key:
        """Where the object of the path is kept."""
        return self.route.namespace, self.route.name

    @property
    def journal(self) -> Journal:
        """The objects of the path's kind."""
        return self.store.journal(self.resource.storage_key)

    def existing(self) -> Stored:
        """Return the object of the path; NotFound when there is none."""
        found = self.journal.current.get(self.key)
        if found is None:
            raise status.not_found(self.resource.group, self.resource.plural, self.route.name)
        return found

    def still(self, old: Stored) -> None:
        """Refuse to write over an object that is not `old` any more."""
        if self.journal.current.get(old.key) is not old:
            raise OutdatedError(409, "Conflict", str(self.conflict()), self.conflict().details)

    def conflict(self, why: str = status.MODIFIED) -> status.StatusError:
        """Return the Conflict about the object of the path."""
        return status.conflict(self.resource.group, self.resource.plural, self.route.name, why)
