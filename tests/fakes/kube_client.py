"""The client's verbs straight on a `KubeWorld`, without a socket: for code that waits on virtual time."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator, Callable
from typing import TypeVar

import msgspec

from keyferry.kube.wire import status
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.pages import Page
from keyferry.kube.wire.patches import merge_apply
from keyferry.kube.wire.resources import Resource
from keyferry.kube.wire.status import Asked
from keyferry.model.errors import KeyferryError
from tests.fakes.kube_world import Json, KubeWorld, RefusedError, Write

T = TypeVar("T")


class WorldClient:
    """Answers after `latency` seconds. `failures` are raised first, one a call; `fails` is raised by every call."""

    def __init__(self, world: KubeWorld, latency: float = 0.0) -> None:
        self.world = world
        self.latency = latency
        self.failures: deque[KeyferryError] = deque()
        self.fails: KeyferryError | None = None
        self.calls: list[str] = []

    async def get(self, resource: Resource, key: Key, decode: Callable[[bytes], T]) -> T:
        body = await self._call("get", resource, key, lambda: self.world.get(resource, key))
        return decode(body)

    async def create(self, resource: Resource, namespace: str, body: bytes) -> bytes:
        content = json.loads(body)
        key = Key(namespace=namespace, name=content["metadata"]["name"])
        return await self._call(
            "create", resource, key, lambda: self.world.create(resource, namespace, content, Write())
        )

    async def merge_patch(self, resource: Resource, key: Key, patch: bytes) -> bytes:
        def write() -> Json:
            merged = merge_apply(self.world.get(resource, key), json.loads(patch))
            return self.world.replace(resource, key, merged, Write())

        return await self._call("patch", resource, key, write)

    async def list(self, resource: Resource, *, namespace: str, label_selector: str) -> AsyncGenerator[Page, None]:
        name, _, value = label_selector.partition("=")
        body = await self._call("list", resource, Key(namespace=namespace, name=""), dict)
        assert body == b"{}"
        found = [
            msgspec.Raw(json.dumps(item).encode())
            for item in self.world.all_of(resource)
            if (item["metadata"].get("labels") or {}).get(name) == value
        ]
        yield Page(items=found, resource_version="1")

    async def delete(self, resource: Resource, key: Key) -> None:
        def act() -> Json:
            self.world.delete(resource, key, {})
            return {}

        await self._call("delete", resource, key, act)

    async def _call(self, verb: str, resource: Resource, key: Key, act: Callable[[], Json]) -> bytes:
        self.calls.append(verb)
        await asyncio.sleep(self.latency)
        if self.failures:
            raise self.failures.popleft()
        if self.fails is not None:
            raise self.fails
        try:
            return json.dumps(act()).encode()
        except RefusedError as refusal:
            answer = status.decode(json.dumps(refusal.status).encode())
            raise status.refusal(Asked(verb=verb, resource=resource, key=key), answer, refusal.code) from None
