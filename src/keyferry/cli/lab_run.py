"""Runs the lab for `keyferry lab`: servers, installation, manifests, and an operator that is kept running."""

import asyncio
from pathlib import Path

import structlog
from rich.console import Console

from keyferry.cli import examples
from keyferry.cli.lab_complaints import translated
from keyferry.cli.session import Session, open_session
from keyferry.lab.serve.lab import Lab
from keyferry.lab.serve.options import Options, Ports
from keyferry.lab.serve.seed_file import read_seed
from keyferry.runtime.stopping import stop_signal


async def run(seed: Path | None, folder: Path, where: Ports, manifests: list[Path], *, with_operator: bool) -> None:
    """Run until SIGTERM or SIGINT. SpecError when the seed is wrong, or a port or the folder is taken."""
    with translated():
        await _run(open_lab(seed, folder, where), manifests, with_operator=with_operator)


def ports(kubernetes: int, azure: int, proxy: int) -> Ports:
    """Return where the lab shall listen; 0 takes a free port."""
    return Ports(kubernetes=kubernetes, azure=azure, proxy=proxy)


def open_lab(seed: Path | None, folder: Path, where: Ports | None = None) -> Lab:
    """Return the lab that a seed file (the examples' own by default) declares; it is not started yet."""
    return Lab(read_seed(seed or examples.find("lab.yaml")), folder, Options(ports=where or Ports()))


async def _run(lab: Lab, manifests: list[Path], *, with_operator: bool) -> None:
    console = Console(highlight=False, soft_wrap=True)
    with stop_signal() as stop:
        async with open_session(lab) as session:
            await session.install()
            for applied in await session.apply(manifests):
                console.print(f"applied {applied}")
            console.print(how_to_go_on(lab))
            if with_operator:
                await _serve(session, stop)
            else:
                await stop.wait()
    console.print("the lab has stopped")


async def _serve(session: Session, stop: asyncio.Event) -> None:
    """Run the operator, and start it again when it ends, as a cluster would."""
    operator = session.operator(session.lab.folder / "operator.log")
    stopping = asyncio.create_task(stop.wait())
    pause = 1.0
    try:
        while not stop.is_set():
            await operator.start()
            ended = asyncio.create_task(operator.wait())
            await asyncio.wait([ended, stopping], return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set():
                structlog.get_logger().warning("operator.ended", code=ended.result(), again_in_seconds=pause)
                await asyncio.wait([stopping], timeout=pause)
                pause = min(pause * 2, 30.0)
    finally:
        stopping.cancel()
        await operator.stop()


def how_to_go_on(lab: Lab) -> str:
    """Return what a person types to use the lab by hand."""
    return (
        "the lab runs; in another terminal:\n"
        f"  export KUBECONFIG={lab.kubeconfig}\n"
        "  kubectl get externalsecrets -A\n"
        f"  . {lab.folder / 'env'}    # for programs that speak to Azure: its proxy and its CA"
    )
