"""Runs the lab for `keyferry lab`: servers, installation, manifests, and an operator that is kept running."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from rich.console import Console

from keyferry.cli import examples, lab_serving, node_plugin
from keyferry.cli.lab_complaints import translated
from keyferry.cli.lab_serving import Parts
from keyferry.cli.session import Session, open_session
from keyferry.lab.serve.lab import Lab
from keyferry.lab.serve.options import Options, Ports
from keyferry.lab.serve.seed_file import read_seed
from keyferry.runtime.stopping import stop_signal, unless

First: TypeAlias = Callable[[Session], Awaitable[None]]


async def run(lab: Lab, manifests: list[Path], parts: Parts, first: First | None = None) -> None:
    """Run until SIGTERM or SIGINT. SpecError when a port or the folder is taken.

    `parts` are those of keyferry that run in it; `first` is what is done as soon as they do, before the manifests are
    applied.
    """
    with translated():
        await _run(lab, manifests, parts, first or _nothing)


def console() -> Console:
    """Return where the lab tells what it does: nothing in it is emphasised, and lines are as long as they are."""
    return Console(highlight=False, soft_wrap=True)


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


async def _run(lab: Lab, manifests: list[Path], parts: Parts, first: First) -> None:
    page = console()
    with stop_signal() as stop:
        async with open_session(lab) as session:
            await session.install()
            plain = node_plugin.why_plain() if parts.node and lab.kubelets else ""
            if plain:
                page.print(f"[yellow]nothing can be mounted here ({plain}): secrets go into plain directories[/]")
            async with lab_serving.serving(session, stop, parts):
                await unless(stop, _begin(session, first, manifests, page))
                await stop.wait()
    page.print("the lab has stopped")


async def _nothing(_session: Session) -> None:
    """A lab that is as its seed says."""


async def _begin(session: Session, first: First, manifests: Sequence[Path], page: Console) -> None:
    await first(session)
    for applied in await session.apply(manifests):
        page.print(f"applied {applied}")
    page.print(how_to_go_on(session.lab))


def how_to_go_on(lab: Lab) -> str:
    """Return what a person types to use the lab by hand."""
    return (
        "the lab runs; in another terminal:\n"
        f"  export KUBECONFIG={lab.kubeconfig}\n"
        "  kubectl get externalsecrets -A\n"
        f"  . {lab.folder / 'env'}    # for programs that speak to Azure: its proxy and its CA"
    )
