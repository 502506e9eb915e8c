"""Watches the metadata of Secrets, once there is a PushSecret: who pushes nothing pays for nothing."""

import asyncio
from typing import Any

from keyferry.kube.controller.store import Store
from keyferry.kube.watch import Reflector
from keyferry.kube.wire.objects import Key
from keyferry.sync.push.state import WatchedPushSecret


class SourceWatch:
    """Runs `reflector` from the first PushSecret on."""

    def __init__(self, pushes: Store[WatchedPushSecret], reflector: Reflector[Any]) -> None:
        self._pushes = pushes
        self._reflector = reflector

    async def run(self) -> None:
        """Wait for a PushSecret, then watch until cancelled."""
        wanted = asyncio.Event()

        def on_push(_key: Key, _old: WatchedPushSecret | None, new: WatchedPushSecret | None) -> None:
            if new is not None:
                wanted.set()

        end = self._pushes.subscribe(on_push)
        try:
            if not len(self._pushes):
                await wanted.wait()
        finally:
            end()
        await self._reflector.run()
