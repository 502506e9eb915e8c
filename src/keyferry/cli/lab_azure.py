"""`keyferry lab azure`: the lab's Azure alone, beside a cluster of any kind or none."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from keyferry.cli import lab_environment
from keyferry.cli.lab_commands import FOLDER, FolderOption
from keyferry.cli.logging import LogFormatOption, LogLevelOption
from keyferry.cli.output import Output, OutputOption
from keyferry.runtime import logs


def command(  # noqa: PLR0913  (each parameter is a flag)
    *,
    seed: Annotated[
        Path | None,
        typer.Option(help="A YAML file that declares vaults, identities and roles.", show_default="the examples' own"),
    ] = None,
    state: Annotated[
        Path | None, typer.Option(help="Keep it all in this file, and go on from there.", show_default="none")
    ] = None,
    folder: FolderOption = FOLDER,
    bind: Annotated[str, typer.Option(help="Listen on this IP address of the machine.")] = "127.0.0.1",
    azure_port: Annotated[int, typer.Option(min=0, max=65535, help="Azure's own port; 0 takes a free one.")] = 0,
    proxy_port: Annotated[int, typer.Option(min=0, max=65535, help="The proxy's port; 0 takes a free one.")] = 0,
    imds_port: Annotated[
        int, typer.Option(min=0, max=65535, help="The metadata endpoint's port; 0 takes a free one.")
    ] = 0,
    issuer_ca: Annotated[list[Path] | None, typer.Option(help="A PEM file that verifies OIDC issuers.")] = None,
    issuer_map: Annotated[
        list[str] | None, typer.Option(metavar="URL=HOST:PORT", help="Where an OIDC issuer is reached.")
    ] = None,
    endpoint_ca: Annotated[list[Path] | None, typer.Option(help="A PEM file that verifies event endpoints.")] = None,
    endpoint_map: Annotated[
        list[str] | None, typer.Option(metavar="URL=HOST:PORT", help="Where an event endpoint is reached.")
    ] = None,
    ca_file: Annotated[Path | None, typer.Option(help="Write the lab's CA there too.")] = None,
    audit_file: Annotated[
        Path | None, typer.Option(help="Append the vaults' audit log here, a JSON object a line.", show_default="none")
    ] = None,
    print_env: Annotated[bool, typer.Option("--print-env", help="Print the environment of a running lab.")] = False,
    output: OutputOption = Output.TEXT,
    log_level: LogLevelOption = logs.LogLevel.WARNING,
    log_format: LogFormatOption = logs.LogFormat.CONSOLE,
) -> None:
    """Run the lab's Azure alone until Ctrl-C: Entra, Key Vault and ARM, under their real names, behind a proxy.

    Examples: keyferry lab azure --seed lab.yaml; eval "$(keyferry lab azure --print-env)"
    """
    if print_env:
        typer.echo(asyncio.run(lab_environment.show(folder.absolute(), as_json=output is Output.JSON)))
        return
    from keyferry.cli import lab_azure_run  # noqa: PLC0415  (the lab is heavy, and other commands need it not)

    logs.configure(level=log_level, form=log_format)
    wanted = lab_azure_run.Wanted(
        seed=seed,
        state=state,
        folder=folder.absolute(),
        bind=bind,
        azure_port=azure_port,
        proxy_port=proxy_port,
        imds_port=imds_port,
        issuer_ca=tuple(issuer_ca or ()),
        issuer_map=tuple(issuer_map or ()),
        endpoint_ca=tuple(endpoint_ca or ()),
        endpoint_map=tuple(endpoint_map or ()),
        ca_file=ca_file,
        audit_file=audit_file,
    )
    asyncio.run(lab_azure_run.run(wanted))
