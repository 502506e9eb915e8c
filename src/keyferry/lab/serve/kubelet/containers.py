"""The containers of a pod: those that prepare, one after the other, then all others together."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.kubelet import pod_status
from keyferry.lab.kubernetes.kubelet.pod_status import Container
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet.container_loop import ContainerLoop, Report
from keyferry.lab.serve.kubelet.programs import Program

_RETRY_INIT: Final = {"Always": "OnFailure", "OnFailure": "OnFailure", "Never": "Never"}


class Containers:
    """`launch` begins the program of one of them; it is told whether that one only prepares."""

    def __init__(
        self,
        pod: Object,
        *,
        launch: Callable[[Object, bool], Awaitable[Program]],
        report: Report,
        changed: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        policy = str(objects.dig(pod, "spec", "restartPolicy") or "Always")
        self.sidecars = frozenset(
            one["name"]
            for one in objects.items(objects.dig(pod, "spec", "initContainers"))
            if one.get("restartPolicy") == "Always"
        )

        def loop(container: Object, *, is_init: bool) -> ContainerLoop:
            is_sidecar = container["name"] in self.sidecars and is_init
            own = "Always" if is_sidecar else _RETRY_INIT[policy] if is_init else policy
            return ContainerLoop(
                container,
                own,
                launch=lambda: launch(container, is_init and not is_sidecar),
                report=report,
                changed=changed,
                now=now,
            )

        self._inits = [loop(one, is_init=True) for one in objects.items(objects.dig(pod, "spec", "initContainers"))]
        self._mains = [loop(one, is_init=False) for one in objects.items(objects.dig(pod, "spec", "containers"))]
        self._running: list[asyncio.Task[int]] = []
        self._is_stopping = False
        if self._inits:
            for main in self._mains:
                main.hold(pod_status.INITIALIZING)

    def views(self) -> tuple[tuple[Container, ...], tuple[Container, ...]]:
        """Return the containers that prepare, and the others."""
        return tuple(one.view() for one in self._inits), tuple(one.view() for one in self._mains)

    def poke(self) -> None:
        """Try at once what waits for something that was missing."""
        for one in (*self._inits, *self._mains):
            one.poke()

    async def run(self) -> None:
        """Return when the main containers have ended for good, or one that prepares has failed for good."""
        for init in self._inits:
            if not await self._prepared(init):
                return
        mains = [self._begin(one) for one in self._mains]
        await asyncio.gather(*mains)

    async def stop(self, grace_seconds: float) -> None:
        """Stop all of them, and return when they have ended."""
        self._is_stopping = True
        await asyncio.gather(*(one.stop(grace_seconds) for one in (*self._mains, *self._inits)))
        await asyncio.gather(*self._running)

    async def _prepared(self, init: ContainerLoop) -> bool:
        if self._is_stopping:
            return False
        task = self._begin(init)
        if init.name in self.sidecars:
            await init.begun.wait()
            return not self._is_stopping
        return await task == 0 and not self._is_stopping

    def _begin(self, one: ContainerLoop) -> asyncio.Task[int]:
        task = asyncio.create_task(one.run())
        self._running.append(task)
        return task
