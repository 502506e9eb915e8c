"""`keyferry sync`: asks the operator to refresh ExternalSecrets now, and waits for it."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from keyferry.cli.output import Output, OutputOption
from keyferry.model.errors import SpecError


def command(  # noqa: PLR0913  (each parameter is a flag)
    names: Annotated[
        list[str] | None, typer.Argument(help="Names of ExternalSecrets, as NAME or NAMESPACE/NAME.")
    ] = None,
    *,
    namespace: Annotated[
        str, typer.Option("--namespace", "-n", help="The namespace of names without one.", show_default="the context's")
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="All ExternalSecrets of the namespace.")] = False,
    everywhere: Annotated[bool, typer.Option("--all-namespaces", "-A", help="All of all namespaces.")] = False,
    store: Annotated[str, typer.Option(help="Only those that read from this store.", show_default="any")] = "",
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for all of them; 0 does not wait.")] = 60.0,
    kubeconfig: Annotated[
        Path | None, typer.Option(help="The cluster; by default KUBECONFIG, ~/.kube/config.", exists=True)
    ] = None,
    context: Annotated[str | None, typer.Option(help="The context of the kubeconfig.")] = None,
    output: OutputOption = Output.TEXT,
) -> None:
    """Refresh ExternalSecrets now, whatever their interval is, and wait until it is done.

    Ends with code 1 when one of them could not be refreshed.

    Example: keyferry sync shop/catalog-db shop/catalog-api
    Example: keyferry sync --all -n shop --wait 120 -o json
    """
    from keyferry.cli import syncing  # noqa: PLC0415  (a Kubernetes client, which other commands need not)

    wanted = syncing.Wanted(
        names=tuple(names or ()), namespace=namespace, everything=everything, everywhere=everywhere, store=store
    )
    if not (wanted.names or everything or everywhere):
        raise SpecError(
            what="nothing to refresh is named",
            remedy="name ExternalSecrets, or say --all or --all-namespaces",
        )
    if wanted.names and (everything or everywhere):
        raise SpecError(what="names do not go with --all or --all-namespaces", remedy="leave one of them out")
    raise typer.Exit(asyncio.run(syncing.run(wanted, kubeconfig, context, wait, output)))
