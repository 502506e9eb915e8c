"""The API server: a function from a request and an instant to an answer, with everything it remembers.

Called by `lab.serve.kubernetes`. It never listens, waits or reads a clock.
"""

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from keyferry.lab.kubernetes import objects, status, subresources, warnings
from keyferry.lab.kubernetes.access import impersonation, oidc
from keyferry.lab.kubernetes.access.authentication import Authenticator
from keyferry.lab.kubernetes.access.authorizer import Authorizer
from keyferry.lab.kubernetes.access.users import ADMIN, AUTHENTICATED, User
from keyferry.lab.kubernetes.admission import asking
from keyferry.lab.kubernetes.admission.asking import Review
from keyferry.lab.kubernetes.admission.errands import Errand
from keyferry.lab.kubernetes.authorization import Attributes
from keyferry.lab.kubernetes.builtin import kinds, policy
from keyferry.lab.kubernetes.controllers.custom_resources import CustomResourceController
from keyferry.lab.kubernetes.controllers.garbage_collection import GarbageCollector
from keyferry.lab.kubernetes.controllers.namespaces import NamespaceController
from keyferry.lab.kubernetes.discovery.documents import Documents
from keyferry.lab.kubernetes.kubelets import LogSource
from keyferry.lab.kubernetes.loopback import Loopback
from keyferry.lab.kubernetes.replication import workloads
from keyferry.lab.kubernetes.requests import negotiation, options, routes
from keyferry.lab.kubernetes.requests.routes import Route
from keyferry.lab.kubernetes.resources import Registry, Resource
from keyferry.lab.kubernetes.scheduling.lost_pods import LostPods
from keyferry.lab.kubernetes.scheduling.scheduler import Scheduler
from keyferry.lab.kubernetes.status import StatusError
from keyferry.lab.kubernetes.storage import selectors
from keyferry.lab.kubernetes.storage.journal import Change
from keyferry.lab.kubernetes.storage.store import HISTORY, StorageKey, Store
from keyferry.lab.kubernetes.tokens import Issuer
from keyferry.lab.kubernetes.verbs import (
    binding,
    create,
    delete,
    logs,
    patch,
    read,
    reviews,
    scale,
    token_requests,
    update,
    watch,
)
from keyferry.lab.kubernetes.verbs.call import Call, Cluster, OutdatedError
from keyferry.lab.world.http import Request, Response, Streaming

Verb = Callable[[Call], Response | Streaming | Review[Response]]
Dialogue = Review[Response | Streaming]

_VERBS: dict[str, Verb] = {
    "get": read.get,
    "list": read.list_,
    "watch": watch.watch,
    "create": create.create,
    "update": update.update,
    "patch": patch.patch,
    "delete": delete.delete,
    "deletecollection": delete.delete_collection,
}
_SUBRESOURCES: dict[tuple[str, str], Verb] = {
    ("create", "token"): token_requests.create,
    ("create", "binding"): binding.create,
    ("get", "log"): logs.read,
    ("get", "scale"): scale.get,
    ("update", "scale"): scale.put,
    ("patch", "scale"): scale.patch,
}
_ATTEMPTS = 5  # as many as the API server makes of a patch
_NODES = "system:nodes"
_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")


class ControlLoop(Protocol):
    """Notes what changes, and acts when told; it may change things again."""

    def observe(self, kind: StorageKey, change: Change, now: datetime) -> None:
        """Note what `change` makes necessary."""
        ...

    def settle(self, now: datetime) -> bool:
        """Do what is necessary; tell whether there was anything."""
        ...


class ApiServer:
    """One cluster. `issuer` is the URL that its ServiceAccount tokens name, `ids` makes UIDs.

    `history` is how many changes of a kind a watch can look back at least; `key` signs tokens, a new one by default.
    """

    def __init__(
        self,
        issuer: str,
        now: datetime,
        ids: Callable[[], str],
        *,
        admin_token: str,
        history: int = HISTORY,
        key: RSAPrivateKey | None = None,
    ) -> None:
        self.issuer = Issuer(issuer, key=key)
        self.store = Store(history)
        self.registry = Registry(kinds.resources())
        self.cluster = Cluster(
            store=self.store,
            registry=self.registry,
            issuer=self.issuer,
            authorizer=Authorizer(self.store),
            authenticator=Authenticator(admin_token, self.issuer, self.store),
            ids=ids,
        )
        self._documents = Documents(self.registry)
        self._namespaces = NamespaceController(self.store, ids)
        self._controllers = (
            CustomResourceController(self.store, self.registry),
            GarbageCollector(self.store),
            self._namespaces,
        )
        agent = "kube-controller-manager"
        manager = Loopback(cluster=self.cluster, agent=agent, is_reviewed=True)
        self._loops: tuple[ControlLoop, ...] = (
            Scheduler(Loopback(cluster=self.cluster, agent="kube-scheduler")),
            LostPods(Loopback(cluster=self.cluster, agent=agent)),
            *workloads.loops(manager),
        )
        self._found(now)

    def handle(self, request: Request, now: datetime) -> Dialogue:
        """Answer a request, once the webhooks that it yields were asked. Every refusal is a Status with its code."""
        try:
            answer = yield from self._answer(request, now)
        except StatusError as refusal:
            headers = (("Content-Type", "application/json"), *warnings.headers(refusal.warnings))
            answer = Response(status=refusal.code, headers=headers, body=objects.encode(refusal.document()))
        if isinstance(answer, Response) and negotiation.wants_indentation(request) and answer.body.startswith(b"{"):
            return replace(answer, body=objects.indented(answer.body))
        return answer

    def run_controllers(self, now: datetime) -> None:
        """Let the controllers finish what requests began. To be called after every request, and each second besides."""
        self._namespaces.finish(now)
        unsettled = True
        while unsettled:
            for kind, change in self.store.drain():
                for controller in self._controllers:
                    controller.observe(kind, change, now)
                for loop in self._loops:
                    loop.observe(kind, change, now)
            unsettled = sum(loop.settle(now) for loop in self._loops) > 0

    def errands(self) -> list[Errand]:
        """Return what control loops wait for since the last call: its webhooks are to be asked, and it to be told."""
        return self.cluster.errands.begun()

    def lead(self, namespace: str, service: str, port: int) -> None:
        """Let webhooks behind that Service be asked on that port of loopback from now on."""
        self.cluster.ports[namespace, service] = port

    def publish_root_ca(self, pem: str, now: datetime) -> None:
        """Give every namespace the certificates by which its pods can trust this server."""
        self._namespaces.publish_root_ca(pem, now)

    def serve_logs(self, source: LogSource) -> None:
        """Ask `source` for the logs of containers from now on."""
        self.cluster.kubelets.logs = source

    def admit_node(self, name: str, token: str) -> None:
        """Take `token` for the kubelet of the node `name` from now on."""
        groups = (_NODES, AUTHENTICATED)
        self.cluster.authenticator.admit(token, User(name=f"system:node:{name}", groups=groups))

    def _answer(self, request: Request, now: datetime) -> Dialogue:
        if (published := oidc.answer(self.issuer, request)) is not None:
            return published
        user = self.cluster.authenticator.user(request, now)
        user = impersonation.acting(user, request, self.cluster.authorizer)
        route = routes.parse(request.path)
        if route is None:
            self._authorize(user, Attributes(verb=request.method.lower(), path=request.path))
            return self._documents.answer(request)
        verb = routes.verb(request.method, route, watch=options.is_watch(request))
        self._authorize(user, _attributes(route, verb, request))
        for _ in range(_ATTEMPTS):
            call = self._call(request, now, user, route, verb)
            try:
                return (yield from _carried_out(call))
            except OutdatedError as refusal:
                outdated = refusal
        raise outdated

    def _authorize(self, user: User, asked: Attributes) -> None:
        decision = self.cluster.authorizer.decide(user, asked)
        self.cluster.usage.note(user.name, asked, allowed=decision.allowed)
        if decision.allowed:
            return
        if user.is_anonymous:
            raise status.unauthorized()
        if asked.path:
            raise status.StatusError(403, "Forbidden", f"forbidden: {decision.reason}", {})
        raise status.forbidden(asked.group, asked.resource, asked.name, decision.reason)

    def _call(self, request: Request, now: datetime, user: User, route: Route, verb: str) -> Call:
        resource = self.registry.find(route.group, route.version, route.plural)
        if resource is None:
            raise status.no_such_path()
        if route.namespace and not resource.namespaced:
            raise status.no_such_path()
        if resource.namespaced and not route.namespace and (route.name or verb == "create"):
            raise status.no_such_path()
        if verb not in _verbs(resource, route):
            raise status.method_not_allowed(route.group, route.plural)
        call = Call(
            cluster=self.cluster,
            request=request,
            now=now,
            user=user,
            route=route,
            resource=resource,
            verb=verb,
        )
        if resource.deprecation:
            call.warnings.append(resource.deprecation)
        return call

    def _found(self, now: datetime) -> None:
        """Create what every cluster starts with."""
        spaces = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}} for name in _NAMESPACES]
        for document in [*policy.objects(), *spaces]:
            resource = self.registry.of_kind(document["apiVersion"], document["kind"])
            assert resource is not None
            route = Route(group=resource.group, version=resource.version, plural=resource.plural)
            headers = {"user-agent": "kube-apiserver"}
            request = Request(method="POST", path="/", headers=headers, body=objects.encode(document))
            asking.alone(create.create(self._call(request, now, ADMIN, route, "create")))
        self.run_controllers(now)


def _carried_out(call: Call) -> Dialogue:
    try:
        found = _action(call)(call)
        return (yield from found) if isinstance(found, Generator) else found
    except StatusError as refusal:
        refusal.warnings = tuple(call.warnings)
        raise


def _action(call: Call) -> Verb:
    if call.resource.verbs == ("create",):
        return reviews.create
    return _SUBRESOURCES.get((call.verb, call.route.subresource), _VERBS[call.verb])


def _attributes(route: Route, verb: str, request: Request) -> Attributes:
    is_namespace = (route.group, route.plural) == ("", "namespaces")
    chosen = selectors.only_name(request.parameter("fieldSelector")) if verb in ("list", "watch") else ""
    return Attributes(
        verb=verb,
        group=route.group,
        resource=route.plural,
        subresource=route.subresource,
        namespace=route.name if is_namespace else route.namespace,
        name=route.name or chosen,
    )


def _verbs(resource: Resource, route: Route) -> tuple[str, ...]:
    if not route.subresource:
        return resource.verbs
    found = subresources.verbs(resource, route.subresource)
    if not found:
        raise status.no_such_path()
    return found
