"""A Kubernetes API server in memory, on loopback: `KubeWorld` behind aiohttp, with faults on demand."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from keyferry.kube.config import ClusterConfig, Credential
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.patches import merge_apply
from keyferry.kube.wire.resources import SERVICE_ACCOUNTS, Resource
from tests.fakes.kube_json_patch import json_patched
from tests.fakes.kube_watch import WatchStream
from tests.fakes.kube_world import Json, KubeWorld, RefusedError, Write
from tests.fakes.patience import patient

PATCH_KINDS = ("application/merge-patch+json", "application/apply-patch+yaml", "application/json-patch+json")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """An answer given instead of the true one. `status` 0 closes the connection without an answer."""

    status: int = 0
    reason: str = ""
    message: str = ""
    details: Json = field(default_factory=dict)
    retry_after: str = ""
    verb: str = ""  # "" for any
    plural: str = ""  # "" for any
    body: bytes | None = None  # instead of a Status
    after: bool = False  # the request is carried out before the fault


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One request as the server saw it."""

    verb: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class _Target:
    resource: Resource
    key: Key
    subresource: str


class FakeKubeApi:
    """Serves `world` between entering and leaving. `faults` are used up in order by the requests that they fit."""

    def __init__(self, world: KubeWorld, token: str = "") -> None:
        self.world = world
        self.release = {"major": "1", "minor": "34"}
        self.token = token  # "" lets everybody in
        self.faults: deque[Fault] = deque()
        self.seen: list[Seen] = []
        self.streams: list[WatchStream] = []
        self.watch_silently = False  # new watches hear nothing, as over a dead connection
        self.port = 0
        self._news = asyncio.Event()
        self._runner: web.ServerRunner | None = None

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(web.Server(self._serve, access_log=None), shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end_watches()
        assert self._runner is not None
        await self._runner.cleanup()

    def config(self, credential: Credential = None) -> ClusterConfig:
        """Return how to reach it."""
        return ClusterConfig(server=f"http://127.0.0.1:{self.port}", origin="fake", credential=credential)

    def verbs(self, plural: str = "") -> list[str]:
        """Return the verbs of the requests so far, for one resource or for all."""
        return [seen.verb for seen in self.seen if not plural or f"/{plural}" in seen.path]

    def end_watches(self) -> None:
        """Close every watch, as a server does at its timeout."""
        for stream in self.streams:
            stream.end()
        self.streams.clear()

    def bookmark(self) -> None:
        """Send a bookmark of the present version on every watch."""
        for stream in self.streams:
            stream.bookmark(self.world.version)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition` holds, asked anew after each request. TimeoutError after 5 s."""
        async with patient():
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def _serve(self, incoming: web.BaseRequest) -> web.StreamResponse:
        target = self._target(incoming.path)
        verb = _verb(incoming, target)
        body = await incoming.read()
        self.seen.append(
            Seen(
                verb=verb,
                path=incoming.path,
                query=dict(incoming.query),
                headers={name.lower(): value for name, value in incoming.headers.items()},
                body=body,
            ),
        )
        self._news.set()
        fault = self._fault(verb, target)
        if fault is not None and not fault.after:
            return self._fail(incoming, fault)
        try:
            answer = await self._answer(incoming, verb, target, body)
        except RefusedError as refusal:
            answer = web.json_response(refusal.status, status=refusal.code)
        return answer if fault is None else self._fail(incoming, fault)

    async def _answer(
        self,
        incoming: web.BaseRequest,
        verb: str,
        target: _Target | None,
        body: bytes,
    ) -> web.StreamResponse:
        if self.token and incoming.headers.get("Authorization") != f"Bearer {self.token}":
            raise RefusedError(401, "Unauthorized", "Unauthorized")
        if target is None:
            return web.json_response(self._discovered(incoming.path))
        handlers: dict[str, Callable[[web.BaseRequest, _Target, bytes], Awaitable[web.StreamResponse]]] = {
            "list": self._list,
            "watch": self._watch,
            "create": self._create,
        }
        handler = handlers.get(verb)
        if handler is not None:
            return await handler(incoming, target, body)
        return web.json_response(self._one(incoming, verb, target, body))

    def _discovered(self, path: str) -> Json:
        """The list of what a group and version serves, or the server's own release."""
        if path == "/version":
            return self.release
        api_version = path.removeprefix("/apis/").removeprefix("/api/")
        served = [resource for resource in self.world.served.values() if resource.api_version == api_version]
        if not served:
            raise RefusedError(404, "NotFound", "the server could not find the requested resource")
        items = [{"name": each.plural, "kind": each.kind, "namespaced": each.namespaced} for each in served]
        return {"kind": "APIResourceList", "groupVersion": api_version, "resources": items}

    def _one(self, incoming: web.BaseRequest, verb: str, target: _Target, body: bytes) -> Json:
        resource, key = target.resource, target.key
        write = Write(manager=incoming.query.get("fieldManager", "unknown"), subresource=target.subresource)
        if verb == "get":
            return _shown(self.world.get(resource, key), incoming)
        if verb == "update":
            return self.world.replace(resource, key, json.loads(body), write)
        if verb == "patch":
            return self._patch(incoming, target, json.loads(body), write)
        if verb == "delete":
            options = json.loads(body) if body else {}
            return self.world.delete(resource, key, options.get("preconditions") or {})
        raise RefusedError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")

    def _patch(self, incoming: web.BaseRequest, target: _Target, patch: Any, write: Write) -> Json:
        kind = incoming.headers.get("Content-Type", "")
        resource, key = target.resource, target.key
        if kind not in PATCH_KINDS:
            raise RefusedError(
                415, "UnsupportedMediaType", f"the body of the request was in an unknown format - {kind}"
            )
        if kind == PATCH_KINDS[1]:
            force = incoming.query.get("force") == "true"
            return self.world.apply(resource, key, patch, write, force)
        old = self.world.get(resource, key)
        if kind == PATCH_KINDS[2]:
            return self.world.replace(resource, key, json_patched(old, patch), write)
        new = merge_apply(old, patch)
        return self.world.replace(resource, key, new, write)

    async def _create(self, incoming: web.BaseRequest, target: _Target, body: bytes) -> web.StreamResponse:
        if target.subresource == "token":
            return web.json_response(self._token(target, json.loads(body)), status=201)
        write = Write(manager=incoming.query.get("fieldManager", "unknown"))
        created = self.world.create(target.resource, target.key.namespace, json.loads(body), write)
        return web.json_response(created, status=201)

    def _token(self, target: _Target, asked: Json) -> Json:
        self.world.get(SERVICE_ACCOUNTS, target.key)
        spec = asked["spec"]
        seconds = spec.get("expirationSeconds", 3600)
        if seconds < 600:
            message = "TokenRequest is invalid: spec.expirationSeconds: may not specify a duration less than 10 minutes"
            raise RefusedError(422, "Invalid", message, causes=[{"field": "spec.expirationSeconds"}])
        expires = self.world.now().timestamp() + seconds
        stamp = self.world.now().fromtimestamp(expires, self.world.now().tzinfo).strftime("%Y-%m-%dT%H:%M:%SZ")
        token = f"fake.{target.key}.{','.join(spec['audiences'])}"
        return {**asked, "status": {"token": token, "expirationTimestamp": stamp}}

    async def _list(self, incoming: web.BaseRequest, target: _Target, body: bytes) -> web.StreamResponse:
        query = incoming.query
        limit = int(query.get("limit", "0"))
        if query.get("continue"):
            items, token, version = self.world.next_page(query["continue"], limit)
        else:
            found = self.world.all_of(target.resource, target.key.namespace)
            items, token, version = self.world.page([item for item in found if selects(query, item)], limit)
        answer = {
            "kind": f"{target.resource.kind}List",
            "apiVersion": target.resource.api_version,
            "metadata": {"resourceVersion": str(version), **({"continue": token} if token else {})},
            "items": [_shown(item, incoming) for item in items],
        }
        return web.json_response(answer)

    async def _watch(self, incoming: web.BaseRequest, target: _Target, body: bytes) -> web.StreamResponse:
        query = dict(incoming.query)
        stream = WatchStream(
            resource=target.resource,
            namespace=target.key.namespace,
            selects=lambda item: selects(query, item),
            shown=lambda item: _shown(item, incoming),
        )
        outgoing = web.StreamResponse(headers={"Content-Type": "application/json"})
        outgoing.enable_chunked_encoding()
        await outgoing.prepare(incoming)
        self.streams.append(stream)
        self._news.set()
        if not self.watch_silently:
            stream.start(self.world, int(query["resourceVersion"]), float(query["timeoutSeconds"]))
        with suppress(ConnectionResetError):
            await stream.pump(outgoing.write)
        return outgoing

    def _target(self, path: str) -> _Target | None:
        parts = path.strip("/").split("/")
        group = "" if parts[0] == "api" else parts.pop(1) if len(parts) > 1 else ""
        version, rest = (parts[1], parts[2:]) if len(parts) > 1 else ("", [])
        namespace = ""
        if len(rest) > 2 and rest[0] == "namespaces":
            namespace, rest = rest[1], rest[2:]
        resource = self.world.served.get((group, version, rest[0])) if rest else None
        if resource is None:
            return None
        name, subresource = (*rest[1:3], "", "")[:2]
        return _Target(resource, Key(namespace=namespace, name=name), subresource)

    def _fault(self, verb: str, target: _Target | None) -> Fault | None:
        plural = target.resource.plural if target else ""
        for fault in self.faults:
            if fault.verb in ("", verb) and fault.plural in ("", plural):
                self.faults.remove(fault)
                return fault
        return None

    def _fail(self, incoming: web.BaseRequest, fault: Fault) -> web.StreamResponse:
        if not fault.status:
            assert incoming.transport is not None
            incoming.transport.close()
            return web.Response(status=500)
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        refusal = RefusedError(fault.status, fault.reason, fault.message, **fault.details)
        body = json.dumps(refusal.status).encode() if fault.body is None else fault.body
        return web.Response(status=fault.status, body=body, headers=headers, content_type="application/json")


def selects(query: Any, item: Json) -> bool:
    """Whether label and field selectors (`a=b`, `a`, `!a`, comma-separated) take the object."""
    labels = item["metadata"].get("labels") or {}
    fields = {f"metadata.{name}": item["metadata"].get(name, "") for name in ("name", "namespace")}
    terms = [(term, labels) for term in query.get("labelSelector", "").split(",") if term]
    terms += [(term, fields) for term in query.get("fieldSelector", "").split(",") if term]
    return all(_fits(term, values) for term, values in terms)


def _fits(term: str, values: Json) -> bool:
    if term.startswith("!"):
        return term[1:] not in values
    name, equals, value = term.partition("=")
    return values.get(name) == value.lstrip("=") if equals else name in values


def _shown(item: Json, incoming: web.BaseRequest) -> Json:
    if "as=PartialObjectMetadata" not in incoming.headers.get("Accept", ""):
        return item
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": item["metadata"]}


def _verb(incoming: web.BaseRequest, target: _Target | None) -> str:
    if incoming.method == "GET" and (target is None or not target.key.name):
        return "watch" if incoming.query.get("watch") == "true" else "list"
    return {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}[incoming.method]
