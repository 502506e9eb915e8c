"""Runs the lab for `keyferry lab`: servers, installation, manifests, and an operator that is kept running."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, TypeAlias

import structlog
from rich.console import Console

from keyferry.cli import examples, looking, node_plugin
from keyferry.cli.lab_complaints import translated
from keyferry.cli.processes import Process
from keyferry.cli.session import Session, open_session
from keyferry.cli.webhook_plugin import Webhook
from keyferry.lab.serve.kubelet.kubelet import Kubelet
from keyferry.lab.serve.lab import Lab
from keyferry.lab.serve.options import Options, Ports
from keyferry.lab.serve.seed_file import read_seed
from keyferry.model.errors import Unavailable
from keyferry.mount.settings import DRIVER
from keyferry.runtime.stopping import stop_signal, unless

COMES_UP_SECONDS: Final = 60.0

First: TypeAlias = Callable[[Session], Awaitable[None]]


async def run(lab: Lab, manifests: list[Path], *, with_keyferry: bool, first: First | None = None) -> None:
    """Run until SIGTERM or SIGINT. SpecError when a port or the folder is taken.

    `first` is what is done in the lab as soon as keyferry runs in it, before the manifests are applied.
    """
    with translated():
        await _run(lab, manifests, first or _nothing, with_keyferry=with_keyferry)


def ports(kubernetes: int, azure: int, proxy: int) -> Ports:
    """Return where the lab shall listen; 0 takes a free port."""
    return Ports(kubernetes=kubernetes, azure=azure, proxy=proxy)


def open_lab(seed: Path | None, folder: Path, where: Ports | None = None, nodes: int = 1) -> Lab:
    """Return the lab that a seed file (the examples' own by default) declares; it is not started yet.

    SpecError when the seed is wrong.
    """
    with translated():
        declared = read_seed(seed or examples.find("lab.yaml"))
        return Lab(declared, folder, Options(ports=where or Ports(), nodes=nodes))


async def _run(lab: Lab, manifests: list[Path], first: First, *, with_keyferry: bool) -> None:
    console = Console(highlight=False, soft_wrap=True)
    with stop_signal() as stop:
        async with open_session(lab) as session:
            await session.install()
            plain = node_plugin.why_plain() if with_keyferry and lab.kubelets else ""
            if plain:
                console.print(f"[yellow]nothing can be mounted here ({plain}): secrets go into plain directories[/]")
            async with _serving(session, stop, with_keyferry=with_keyferry):
                await unless(stop, _begin(session, first, manifests, console))
                await stop.wait()
    console.print("the lab has stopped")


async def _nothing(_session: Session) -> None:
    """A lab that is as its seed says."""


async def _begin(session: Session, first: First, manifests: Sequence[Path], console: Console) -> None:
    await first(session)
    for applied in await session.apply(manifests):
        console.print(f"applied {applied}")
    console.print(how_to_go_on(session.lab))


@asynccontextmanager
async def _serving(session: Session, stop: asyncio.Event, *, with_keyferry: bool) -> AsyncIterator[None]:
    """Run operator, webhook and node plugins. The plugins end after kubelet has given their volumes back.

    Nothing is waited for once `stop` is set: what has not come up by then ends before it does.
    """
    folder, kubelets = session.lab.folder, session.lab.kubelets
    plugins = [session.node(kubelet.name, folder / f"{kubelet.name}.log") for kubelet in kubelets]
    operator = session.operator(folder / "operator.log")
    given_back = asyncio.Event()
    running: list[asyncio.Task[None]] = []
    try:
        if with_keyferry:
            running.append(asyncio.create_task(_kept_running(operator, "operator", stop)))
            for kubelet, plugin in zip(kubelets, plugins, strict=True):
                running.append(asyncio.create_task(_kept_running(plugin, kubelet.name, given_back)))
            await unless(stop, _can_mount(kubelets))
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


def how_to_go_on(lab: Lab) -> str:
    """Return what a person types to use the lab by hand."""
    return (
        "the lab runs; in another terminal:\n"
        f"  export KUBECONFIG={lab.kubeconfig}\n"
        "  kubectl get externalsecrets -A\n"
        f"  . {lab.folder / 'env'}    # for programs that speak to Azure: its proxy and its CA"
    )
