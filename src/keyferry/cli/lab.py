"""`keyferry lab`: Azure and Kubernetes in miniature on loopback, with keyferry running in it."""

import asyncio
from pathlib import Path
from typing import Annotated, Final

import structlog
import typer
from rich.console import Console

from keyferry.cli import examples
from keyferry.cli.logging import LogFormatOption, LogLevelOption
from keyferry.cli.session import Session, open_session
from keyferry.lab.serve.lab import Lab, Ports, read_seed
from keyferry.runtime import logs
from keyferry.runtime.stopping import stop_signal

FOLDER: Final = Path(".keyferry-lab")

app = typer.Typer(
    help="Azure and Kubernetes in miniature on loopback, with keyferry running in it.",
    invoke_without_command=True,
    no_args_is_help=False,
)


@app.callback()
def command(  # noqa: PLR0913  (each parameter is a flag)
    context: typer.Context,
    *,
    state: Annotated[
        Path | None,
        typer.Option(help="A YAML file that declares vaults, identities and roles.", show_default="the examples' own"),
    ] = None,
    folder: Annotated[Path, typer.Option("--dir", help="Where kubeconfig, CA and logs are written.")] = FOLDER,
    apply: Annotated[list[Path] | None, typer.Option(help="Apply this manifest (repeatable).")] = None,
    operator: Annotated[bool, typer.Option(help="Run keyferry's operator in the lab.")] = True,
    kubernetes_port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free port.")] = 0,
    azure_port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free port.")] = 0,
    proxy_port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free port.")] = 0,
    log_level: LogLevelOption = logs.LogLevel.WARNING,
    log_format: LogFormatOption = logs.LogFormat.CONSOLE,
) -> None:
    """Run the lab until Ctrl-C: a cluster, a vault, Entra, and the operator between them.

    Example: keyferry lab --apply examples/sync-per-key.yaml
    """
    if context.invoked_subcommand is not None:
        return
    logs.configure(level=log_level, form=log_format)
    seed = read_seed(state or examples.find("lab.yaml"))
    ports = Ports(kubernetes=kubernetes_port, azure=azure_port, proxy=proxy_port)
    asyncio.run(_run(Lab(seed, folder.absolute(), ports), apply or [], with_operator=operator))


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
