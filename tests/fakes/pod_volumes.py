"""Volumes in memory behind the CSI service: what is published, by its target; told to fail or to wait."""

import asyncio

from keyferry.mount.rpc.requests import PublishRequest


class PodVolumes:
    """Publishes and unpublishes as told. `failure` is raised, before anything is kept, until it is None again.

    `crowded` is set once `crowd` calls are inside at the same time.
    """

    def __init__(self) -> None:
        self.published: dict[str, PublishRequest] = {}
        self.failure: Exception | None = None
        self.begun = asyncio.Event()
        self.let_go = asyncio.Event()
        self.let_go.set()
        self.most_at_once = 0
        self.crowd = 1
        self.crowded = asyncio.Event()
        self._at_once = 0

    async def publish(self, request: PublishRequest) -> None:
        await self._step()
        self.published[request.target_path] = request

    async def unpublish(self, volume_id: str, target_path: str) -> None:
        await self._step()
        found = self.published.get(target_path)
        if found is not None and found.volume_id == volume_id:
            del self.published[target_path]

    async def _step(self) -> None:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        self.begun.set()
        if self._at_once >= self.crowd:
            self.crowded.set()
        try:
            await self.let_go.wait()
            if self.failure is not None:
                raise self.failure
        finally:
            self._at_once -= 1
