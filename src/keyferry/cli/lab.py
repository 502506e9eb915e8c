"""`keyferry lab`: Azure and Kubernetes in miniature on loopback, with keyferry running in it."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from keyferry.cli import lab_azure, lab_clock, lab_commands, lab_fault, lab_knobs, lab_records
from keyferry.cli.logging import LogFormatOption, LogLevelOption
from keyferry.cli.provision_options import SitesFromEnvOption, SitesOption
from keyferry.model.errors import SpecError
from keyferry.runtime import logs

app = typer.Typer(invoke_without_command=True, no_args_is_help=False)


app.command("azure")(lab_azure.command)
app.command("rotate")(lab_commands.rotate)
app.command("fault")(lab_fault.command)
app.command("counters")(lab_commands.counters)
app.command("audit")(lab_records.audit)
app.command("events")(lab_records.events)
app.command("knobs")(lab_knobs.knobs)
app.command("throttle")(lab_knobs.throttle)
app.command("revoke")(lab_knobs.revoke)
app.command("rotate-keys")(lab_knobs.rotate_keys)
clock = typer.Typer(invoke_without_command=True, no_args_is_help=False)
clock.callback()(lab_clock.show)
clock.command("advance")(lab_clock.advance)
app.add_typer(clock, name="clock")


@app.callback()
def command(  # noqa: PLR0913  (each parameter is a flag)
    context: typer.Context,
    *,
    seed: Annotated[
        Path | None,
        typer.Option(help="A YAML file that declares vaults, identities and roles.", show_default="the examples' own"),
    ] = None,
    estate: Annotated[
        Path | None,
        typer.Option(help="An estate's file: the lab is what it describes.", show_default="none"),
    ] = None,
    sites: SitesOption = None,
    sites_from_env: SitesFromEnvOption = None,
    folder: lab_commands.FolderOption = lab_commands.FOLDER,
    apply: Annotated[list[Path] | None, typer.Option(help="Apply this manifest (repeatable).")] = None,
    operator: Annotated[bool, typer.Option(help="Run keyferry in the lab: operator, webhook and node plugins.")] = True,
    nodes: Annotated[int, typer.Option(min=0, max=9, help="How many nodes run pods; without any, pods wait.")] = 1,
    kubernetes_port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free port.")] = 0,
    azure_port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free port.")] = 0,
    proxy_port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free port.")] = 0,
    log_level: LogLevelOption = logs.LogLevel.WARNING,
    log_format: LogFormatOption = logs.LogFormat.CONSOLE,
) -> None:
    """Run the lab until Ctrl-C: a cluster, a vault, Entra, and keyferry between them.

    Example: keyferry lab --estate examples/estate.yaml
    """
    if context.invoked_subcommand is not None:
        return
    from keyferry.cli import lab_run, lab_serving  # noqa: PLC0415  (the lab is heavy, and other commands need it not)

    logs.configure(level=log_level, form=log_format)
    ports = lab_run.ports(kubernetes_port, azure_port, proxy_port)
    if estate is None:
        lab = lab_run.open_lab(seed, folder.absolute(), ports, nodes)
        asyncio.run(lab_run.run(lab, apply or [], lab_serving.ALL if operator else lab_serving.NOTHING))
        return
    from keyferry.cli import lab_estate, webhook_plugin  # noqa: PLC0415  (as above)

    if seed is not None:
        raise SpecError(what="--seed and --estate contradict each other", remedy="name one of them")
    events_port = webhook_plugin.free_port() if operator else 0
    world = lab_estate.read(estate, sites=sites, sites_variable=sites_from_env, events_port=events_port)
    lab = lab_estate.open_lab(world, folder.absolute(), ports, nodes)
    patience = lab_estate.PATIENCE if operator else None
    telling = lab_estate.Telling(world, lab_run.console(), patience)
    parts = lab_estate.parts(world) if operator else lab_serving.NOTHING
    asyncio.run(lab_run.run(lab, apply or [], parts, telling.begin))
