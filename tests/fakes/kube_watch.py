"""One watch as the fake API server streams it."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from keyferry.kube.wire.resources import Resource
from tests.fakes.kube_world import Change, Json, KubeWorld


class WatchStream:
    """Holds the lines to send; `pump` sends them until the end."""

    def __init__(
        self,
        *,
        resource: Resource,
        namespace: str,
        selects: Callable[[Json], bool],
        shown: Callable[[Json], Json],
    ) -> None:
        self._resource = resource
        self._namespace = namespace
        self._selects = selects
        self._shown = shown
        self._lines: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._world: KubeWorld | None = None
        self._timer: asyncio.TimerHandle | None = None

    def start(self, world: KubeWorld, since: int, timeout_seconds: float) -> None:
        """Send what happened after `since`, then what happens; an ERROR event when that is no longer known."""
        if since < world.oldest:
            self._send("ERROR", {"kind": "Status", "status": "Failure", "reason": "Expired", "code": 410})
            self.end()
            return
        for change in world.history:
            if change.version > since:
                self._hear(change)
        self._world = world
        world.listeners.append(self._hear)
        self._timer = asyncio.get_running_loop().call_later(timeout_seconds, self._time_out)

    def bookmark(self, version: int) -> None:
        """Send a bookmark."""
        meta = {"resourceVersion": str(version), "creationTimestamp": None}
        self._send("BOOKMARK", {"kind": self._resource.kind, "metadata": meta})

    def raw(self, line: bytes) -> None:
        """Send bytes as they are."""
        self._lines.put_nowait(line)

    def end(self) -> None:
        """Close the stream after what is queued."""
        if self._world is not None:
            self._world.listeners.remove(self._hear)
            self._world = None
        if self._timer is not None:
            self._timer.cancel()
        self._lines.put_nowait(None)

    async def pump(self, write: Callable[[bytes], Awaitable[None]]) -> None:
        """Send lines until `end`."""
        try:
            while (line := await self._lines.get()) is not None:
                await write(line)
        finally:
            if self._world is not None:
                self.end()

    def _time_out(self) -> None:
        if self._world is not None:
            self.bookmark(self._world.version)
        self.end()

    def _hear(self, change: Change) -> None:
        if change.resource != self._resource:
            return
        old, new = self._wanted(change.old), self._wanted(change.new)
        if new is not None:
            self._send("ADDED" if old is None else "MODIFIED", self._shown(new))
        elif old is not None:
            self._send("DELETED", self._shown(self._at(old, change.version)))

    def _wanted(self, item: Json | None) -> Json | None:
        if item is None or (self._namespace and item["metadata"].get("namespace") != self._namespace):
            return None
        return item if self._selects(item) else None

    def _at(self, item: Json, version: int) -> Json:
        return {**item, "metadata": {**item["metadata"], "resourceVersion": str(version)}}

    def _send(self, kind: str, item: Json) -> None:
        self._lines.put_nowait(json.dumps({"type": kind, "object": item}).encode() + b"\n")
