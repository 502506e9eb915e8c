"""The client's verbs on objects in memory, without sockets, history or ownership: for thousands of objects in virtual
time. It checks next to nothing; `KubeWorld` is the strict one.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from datetime import timedelta
from typing import Any, TypeVar

import msgspec

from keyferry.kube.client import Selection
from keyferry.kube.errors import AlreadyExists, Conflict
from keyferry.kube.wire import watch
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.pages import Page
from keyferry.kube.wire.patches import merge_apply
from keyferry.kube.wire.resources import EVENTS, Resource
from keyferry.kube.wire.watch import WatchEvent
from keyferry.model.errors import NotFound

T = TypeVar("T")
Json = dict[str, Any]


class PlainCluster:
    """Each call takes `latency` seconds. `writes` counts them, by verb and resource. Events are counted, not kept."""

    def __init__(self, latency: float = 0.005) -> None:
        self.writes: Counter[str] = Counter()
        self._latency = latency
        self._objects: dict[Resource, dict[Key, Json]] = {}
        self._watches: dict[Resource, list[tuple[Selection, asyncio.Queue[WatchEvent]]]] = {}
        self._version = 0

    def seed(self, resource: Resource, content: Json) -> None:
        """Put a new object into the cluster."""
        key = Key(namespace=content["metadata"].get("namespace", ""), name=content["metadata"]["name"])
        content["metadata"] |= {"uid": f"{resource.plural}-{key}", "generation": 1}
        self._store(resource, key, content, watch.ADDED)

    def all_of(self, resource: Resource) -> list[Json]:
        """Return the objects of a resource."""
        return list(self._objects.get(resource, {}).values())

    async def pages(self, resource: Resource, selection: Selection, *, limit: int = 500) -> AsyncGenerator[Page, None]:
        """Yield all that is selected, in one page."""
        await asyncio.sleep(self._latency)
        found = [_raw(one) for one in self.all_of(resource) if _selects(selection, one)]
        yield Page(items=found, resource_version=str(self._version))

    async def watch(
        self,
        resource: Resource,
        selection: Selection,
        version: str,
        *,
        timeout: timedelta,  # noqa: ASYNC109  (the server's, as the real client's)
        idle: timedelta,
    ) -> AsyncGenerator[tuple[WatchEvent, ...], None]:
        """Yield what changes from now on, for `timeout`; who watches again at once misses nothing."""
        assert resource is not EVENTS, "nobody watches them"
        queue: asyncio.Queue[WatchEvent] = asyncio.Queue()
        watching = self._watches.setdefault(resource, [])
        watching.append((selection, queue))
        try:
            yield ()
            async with asyncio.timeout(timeout.total_seconds()):
                while True:
                    batch = [await queue.get()]
                    while not queue.empty():
                        batch.append(queue.get_nowait())
                    yield tuple(batch)
        except TimeoutError:
            return
        finally:
            watching.remove((selection, queue))

    async def get(
        self, resource: Resource, key: Key, decode: Callable[[bytes], T], *, metadata_only: bool = False
    ) -> T:
        """Return an object."""
        await asyncio.sleep(self._latency)
        return decode(msgspec.json.encode(self._found(resource, key)))

    async def create(self, resource: Resource, namespace: str, body: bytes, *, field_manager: str = "") -> bytes:
        """Store a new object."""
        await self._write("create", resource)
        content = json.loads(body)
        if resource is not EVENTS:
            if Key(namespace=namespace, name=content["metadata"]["name"]) in self._objects.get(resource, {}):
                raise AlreadyExists(what=f"a {resource.kind} of this name exists")
            self.seed(resource, content)
        return msgspec.json.encode(content)

    async def replace(self, resource: Resource, key: Key, body: bytes, *, field_manager: str = "") -> bytes:
        """Store another content, unless the object changed meanwhile."""
        await self._write("replace", resource)
        content, old = json.loads(body), self._found(resource, key)
        if content["metadata"].get("resourceVersion") not in (None, old["metadata"]["resourceVersion"]):
            raise Conflict(what=f"the {resource.kind} was changed")
        content["metadata"] |= {name: old["metadata"][name] for name in ("uid", "generation")}
        return self._store(resource, key, content, watch.MODIFIED)

    async def merge_patch(
        self, resource: Resource, key: Key, patch: bytes, *, field_manager: str = "", subresource: str = ""
    ) -> bytes:
        """Merge a patch into an object or its status."""
        await self._write(f"patch {subresource}".strip(), resource)
        return self._store(resource, key, merge_apply(self._found(resource, key), json.loads(patch)), watch.MODIFIED)

    async def delete(self, resource: Resource, key: Key, *, uid: str = "") -> None:
        """Delete an object."""
        await self._write("delete", resource)
        self._tell(resource, watch.DELETED, self._found(resource, key))
        del self._objects[resource][key]

    async def _write(self, verb: str, resource: Resource) -> None:
        self.writes[f"{verb} {resource.plural}"] += 1
        await asyncio.sleep(self._latency)

    def _found(self, resource: Resource, key: Key) -> Json:
        found = self._objects.get(resource, {}).get(key)
        if found is None:
            raise NotFound(what=f"{resource.kind} {key} does not exist")
        return found

    def _store(self, resource: Resource, key: Key, content: Json, event: str) -> bytes:
        self._version += 1
        content = {**content, "metadata": {**content["metadata"], "resourceVersion": str(self._version)}}
        self._objects.setdefault(resource, {})[key] = content
        return self._tell(resource, event, content)

    def _tell(self, resource: Resource, event: str, content: Json) -> bytes:
        raw = _raw(content)
        for selection, queue in self._watches.get(resource, ()):
            if _selects(selection, content):
                queue.put_nowait(WatchEvent(type=event, object=raw))
        return bytes(raw)


def _raw(content: Json) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(content))


def _selects(selection: Selection, content: Json) -> bool:
    name, _, value = selection.label_selector.partition("=")
    return not name or (content["metadata"].get("labels") or {}).get(name) == value
