"""The API server's own client: what control loops write goes the way of every other request.

Called by the scheduler and by the loops that make pods; calls `verbs`. Names, defaults, validation and managed fields
are those that a program on the outside would get. Whether it may is not asked.
"""

from dataclasses import dataclass
from datetime import datetime

from keyferry.lab.kubernetes import lifecycle, objects
from keyferry.lab.kubernetes.access.users import AUTHENTICATED, User
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.requests.options import WriteOptions
from keyferry.lab.kubernetes.requests.routes import Route
from keyferry.lab.kubernetes.storage.journal import Stored
from keyferry.lab.kubernetes.storage.store import Store
from keyferry.lab.kubernetes.verbs import create, update
from keyferry.lab.kubernetes.verbs.call import Call, Cluster
from keyferry.lab.world.http import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Loopback:
    """A client inside the cluster. `agent` is the program's name: its user, and the manager of what it writes."""

    cluster: Cluster
    agent: str

    @property
    def store(self) -> Store:
        """The cluster's objects, to read."""
        return self.cluster.store

    def create(self, document: Object, now: datetime) -> Stored:
        """Store a new object, which must have apiVersion and kind; StatusError where the server refuses it."""
        return create.insert(self._call("create", document, "", now), document, self._options(), manager=self.agent)

    def update(self, document: Object, now: datetime, *, subresource: str = "") -> Stored:
        """Replace an object that was read from the store and changed; StatusError where the server refuses it."""
        call = self._call("update", document, subresource, now)
        return update.replace(call, document, call.existing(), self._options(), manager=self.agent)

    def delete(self, document: Object, now: datetime, *, grace_seconds: int | None = None) -> None:
        """Begin the deletion of an object that may be gone already."""
        call = self._call("delete", document, "", now)
        found = call.journal.current.get(call.key)
        if found is not None:
            kind = call.resource.storage_key
            lifecycle.delete(call.store, kind, found, now, "Background", grace_seconds=grace_seconds)

    def _options(self) -> WriteOptions:
        return WriteOptions(field_manager=self.agent, field_validation="Ignore")

    def _call(self, verb: str, document: Object, subresource: str, now: datetime) -> Call:
        resource = self.cluster.registry.of_kind(document["apiVersion"], document["kind"])
        assert resource is not None, f"{document['kind']} is not built in"
        route = Route(
            group=resource.group,
            version=resource.version,
            plural=resource.plural,
            namespace=objects.namespace(document),
            name="" if verb == "create" else objects.name(document),
            subresource=subresource,
        )
        return Call(
            cluster=self.cluster,
            request=Request(method="POST", path="/", headers={"user-agent": self.agent}),
            now=now,
            user=User(name=f"system:{self.agent}", groups=(AUTHENTICATED,)),
            route=route,
            resource=resource,
            verb=verb,
        )
