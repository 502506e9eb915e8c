"""keyferry's processes in a lab: operator, node plugins and webhook, each started again when it ends."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

import structlog

from keyferry.cli import looking
from keyferry.cli.processes import Process
from keyferry.cli.session import Session
from keyferry.cli.webhook_plugin import Webhook
from keyferry.lab.serve.kubelet.kubelet import Kubelet
from keyferry.model.errors import Unavailable
from keyferry.mount.settings import DRIVER
from keyferry.runtime.stopping import unless

COMES_UP_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Which of keyferry's processes run. `flags` are the operator's beside its usual ones."""

    operator: bool = True
    webhook: bool = True
    node: bool = True
    flags: tuple[str, ...] = ()


ALL: Final = Parts()
NOTHING: Final = Parts(operator=False, webhook=False, node=False)


@asynccontextmanager
async def serving(session: Session, stop: asyncio.Event, parts: Parts) -> AsyncIterator[None]:
    """Run them while entered. The node plugins end after kubelet has given their volumes back.

    Nothing is waited for once `stop` is set: what has not come up by then ends before it does.
    """
    folder, kubelets = session.lab.folder, session.lab.kubelets
    given_back = asyncio.Event()
    running: list[asyncio.Task[None]] = []
    try:
        if parts.operator:
            operator = session.operator(folder / "operator.log", *parts.flags)
            running.append(asyncio.create_task(_kept_running(operator, "operator", stop)))
        if parts.node:
            for kubelet in kubelets:
                plugin = session.node(kubelet.name, folder / f"{kubelet.name}.log")
                running.append(asyncio.create_task(_kept_running(plugin, kubelet.name, given_back)))
            await unless(stop, _can_mount(kubelets))
        if parts.webhook:
            webhook = session.webhook(folder / "webhook.log")  # the last, because nothing waits for it
            running.append(asyncio.create_task(_kept_running(webhook, "webhook", stop)))
            await unless(stop, _can_admit(session, webhook))
        yield
    finally:
        stop.set()
        await asyncio.gather(*(kubelet.close() for kubelet in kubelets))
        given_back.set()
        await asyncio.gather(*running)


async def _can_mount(kubelets: Sequence[Kubelet]) -> None:
    async def have_drivers() -> bool | None:
        return all(DRIVER in kubelet.node.plugins.drivers for kubelet in kubelets) or None

    with suppress(Unavailable):  # a plugin that does not come up says why in its log; pods wait for it
        await looking.until(have_drivers, seconds=COMES_UP_SECONDS, what="the drivers")


async def _can_admit(session: Session, webhook: Webhook) -> None:
    with suppress(Unavailable):  # as above; pods that ask for an identity wait for it
        await session.admit_by(webhook)


async def _kept_running(process: Process, name: str, stop: asyncio.Event) -> None:
    """Run a process, and start it again when it ends, as a cluster would."""
    stopping = asyncio.create_task(stop.wait())
    pause = 1.0
    try:
        while not stop.is_set():
            await process.start()
            ended = asyncio.create_task(process.wait())
            await asyncio.wait([ended, stopping], return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set():
                structlog.get_logger().warning("process.ended", name=name, code=ended.result(), again_in_seconds=pause)
                await asyncio.wait([stopping], timeout=pause)
                pause = min(pause * 2, 30.0)
    finally:
        stopping.cancel()
        await process.stop()
