"""A collection of the API server as it is now, by a watch that is opened again whenever it ends."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet.cluster import Cluster, Refused
from keyferry.lab.world.http import Streaming

Key = tuple[str, str]  # namespace and name
RETRY_SECONDS: Final = 1.0
_LOOK_SECONDS: Final = 60.0  # a stream is read at least so often, so that its end is noticed


def _ignore(_key: Key) -> None:
    return None


class Mirror:
    """What is in a collection. `changed` is called with the key of each object that came, changed or went."""

    def __init__(
        self, cluster: Cluster, path: str, *, fields: str = "", changed: Callable[[Key], None] = _ignore
    ) -> None:
        self.objects: dict[Key, Object] = {}
        self.filled = asyncio.Event()
        self._cluster = cluster
        self._path = path
        self._query = {"fieldSelector": fields} if fields else {}
        self._changed = changed

    async def run(self) -> None:
        """Follow the collection until cancelled."""
        while True:
            try:
                await self._follow(await self._cluster.watch(self._path, self._query))
            except Refused:  # the kind is not served yet, or the right to it not granted
                await asyncio.sleep(RETRY_SECONDS)

    async def _follow(self, streaming: Streaming) -> None:
        awake = asyncio.Event()
        unsubscribe = streaming.subscribe(awake.set)
        try:
            former = set(self.objects)
            while (chunk := streaming.read(self._cluster.now())) is not None:
                seen = self._take(chunk)
                if seen is None:
                    return
                for key in former - seen:
                    self._drop(key)
                former = set()
                self.filled.set()
                await self._sleep(awake, streaming.deadline)
        finally:
            unsubscribe()

    def _take(self, chunk: bytes) -> set[Key] | None:
        """Return what the events were about, None where too much has happened since the last look to tell it."""
        seen = set()
        for line in chunk.splitlines():
            event = objects.decode(line)
            if event["type"] == "ERROR":
                return None
            document = event["object"]
            key = (objects.namespace(document), objects.name(document))
            seen.add(key)
            if event["type"] == "DELETED":
                self._drop(key)
            else:
                self.objects[key] = document
                self._changed(key)
        return seen

    def _drop(self, key: Key) -> None:
        if self.objects.pop(key, None) is not None:
            self._changed(key)

    async def _sleep(self, awake: asyncio.Event, end: datetime | None) -> None:
        """Wait for the next change, or for the end of the stream."""
        left = _LOOK_SECONDS if end is None else (end - self._cluster.now()).total_seconds()
        try:
            async with asyncio.timeout(max(0.0, min(left, _LOOK_SECONDS))):
                await awake.wait()
        except TimeoutError:
            pass
        awake.clear()
