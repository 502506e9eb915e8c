"""The API server's own client: what control loops write goes the way of every other request.

Called by the scheduler and by the loops that make pods; calls `verbs`. Names, defaults, validation and managed fields
are those that a program on the outside would get. Whether it may is not asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from keyferry.lab.kubernetes import lifecycle, objects
from keyferry.lab.kubernetes.access.users import AUTHENTICATED, User
from keyferry.lab.kubernetes.admission.asking import Review, T
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.requests.options import WriteOptions
from keyferry.lab.kubernetes.requests.routes import Route
from keyferry.lab.kubernetes.storage.journal import Stored
from keyferry.lab.kubernetes.storage.store import Store
from keyferry.lab.kubernetes.verbs import create, update, webhooks
from keyferry.lab.kubernetes.verbs.call import Call, Cluster
from keyferry.lab.world.http import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Loopback:
    """A client inside the cluster. `agent` is the program's name: its user, and the manager of what it writes.

    Where it `is_reviewed`, webhooks are asked about all that it writes but events. Then every write may raise
    WaitingError: nothing is written yet, and the same write is to be tried again later.
    """

    cluster: Cluster
    agent: str
    is_reviewed: bool = False

    @property
    def store(self) -> Store:
        """The cluster's objects, to read."""
        return self.cluster.store

    def create(self, document: Object, now: datetime) -> Stored:
        """Store a new object, which must have apiVersion and kind; StatusError where the server refuses it."""
        call = self._call("create", document, "", now)
        return self._carried(call, document, lambda: create.insert(call, document, self._options(), manager=self.agent))

    def update(self, document: Object, now: datetime, *, subresource: str = "") -> Stored:
        """Replace an object that was read from the store and changed; StatusError where the server refuses it."""
        call = self._call("update", document, subresource, now)
        old = call.existing()
        options = self._options()
        return self._carried(call, document, lambda: update.replace(call, document, old, options, manager=self.agent))

    def delete(self, document: Object, now: datetime, *, grace_seconds: int | None = None) -> None:
        """Begin the deletion of an object that may be gone already."""
        call = self._call("delete", document, "", now)
        found = call.journal.current.get(call.key)
        if found is not None:
            kind = call.resource.storage_key
            self._carried(call, document, lambda: webhooks.delete(call, found, dry_run=False))
            lifecycle.delete(call.store, kind, found, now, "Background", grace_seconds=grace_seconds)

    def _carried(self, call: Call, document: Object, begin: Callable[[], Review[T]]) -> T:
        return self.cluster.errands.carry(_key(call, document), begin, call.now)

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
            is_reviewed=self.is_reviewed and document["kind"] != "Event",
        )


def _key(call: Call, document: Object) -> tuple[str, ...]:
    """Return what tells a write from others: the same loop means the same by it until it has done it."""
    metadata = objects.metadata(document)
    owners = [str(one.get("uid")) for one in objects.items(metadata.get("ownerReferences"))]
    name = str(metadata.get("name") or metadata.get("generateName") or "")
    version = str(metadata.get("resourceVersion") or "")
    return call.verb, call.resource.qualified, call.route.subresource, call.route.namespace, name, version, *owners
