"""`keyferry provision`: an estate's file becomes Terraform, manifests, and what both describe."""

import json
from pathlib import Path
from typing import Annotated

import typer

from keyferry.cli.output import Output, OutputOption
from keyferry.cli.provision_options import (
    ESTATE,
    OUT,
    CheckOption,
    DiffOption,
    EstateOption,
    ForceOption,
    Format,
    FormatOption,
    OutOption,
    ParallelismOption,
    SitesFromEnvOption,
    SitesOption,
    TerraformOption,
)

app = typer.Typer(
    no_args_is_help=True,
    help="Make what an estate's file describes: identities, vaults, roles by Terraform; manifests for each site.",
)


@app.command()
def render(  # noqa: PLR0913  (each parameter is a flag)
    *,
    estate: EstateOption = ESTATE,
    out: OutOption = OUT,
    sites: SitesOption = None,
    sites_from_env: SitesFromEnvOption = None,
    form: FormatOption = Format.PLAIN,
    force: ForceOption = False,
    check: CheckOption = False,
    diff: DiffOption = False,
    output: OutputOption = Output.TEXT,
) -> None:
    """Write Terraform's root module and, once identities were made, the sites' manifests. Nothing in the cloud changes.

    Files that keyferry did not write are left alone. What was edited by hand is told, and overwritten with --force
    alone. The same estate always gives the same bytes.

    Example: keyferry provision render --out build
    Example: keyferry provision render --check
    Example: jq .sites fleet.json | keyferry provision render --sites -
    """
    from keyferry.cli import provisioning as work  # noqa: PLC0415  (all of provision, which other commands need not)

    source = work.Source(estate=estate, sites=sites, sites_from_env=sites_from_env)
    target = work.Target(out=out, format=form, force=force)
    raise typer.Exit(work.render(source, target, work.Told(output=output, check=check, diff=diff)))


@app.command()
def manifests(  # noqa: PLR0913  (each parameter is a flag)
    *,
    estate: EstateOption = ESTATE,
    out: OutOption = OUT,
    outputs: Annotated[
        Path | None,
        typer.Option(help="What `terraform output -json` printed.", show_default="outputs.json of the last apply"),
    ] = None,
    sites: SitesOption = None,
    sites_from_env: SitesFromEnvOption = None,
    form: FormatOption = Format.PLAIN,
    force: ForceOption = False,
    check: CheckOption = False,
    diff: DiffOption = False,
    output: OutputOption = Output.TEXT,
) -> None:
    """Write the sites' manifests alone, for identities that were made.

    Example: keyferry provision manifests --format kustomize
    Example: terraform output -json > made.json && keyferry provision manifests --outputs made.json
    """
    from keyferry.cli import provisioning as work  # noqa: PLC0415  (as above)

    source = work.Source(estate=estate, sites=sites, sites_from_env=sites_from_env)
    target = work.Target(out=out, format=form, force=force)
    raise typer.Exit(work.manifests(source, target, work.Told(output=output, check=check, diff=diff), outputs))


@app.command()
def plan(  # noqa: PLR0913  (each parameter is a flag)
    *,
    estate: EstateOption = ESTATE,
    out: OutOption = OUT,
    sites: SitesOption = None,
    sites_from_env: SitesFromEnvOption = None,
    form: FormatOption = Format.PLAIN,
    force: ForceOption = False,
    terraform: TerraformOption = None,
    parallelism: ParallelismOption = None,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="End with code 3 if something would change.")
    ] = False,
    output: OutputOption = Output.TEXT,
) -> None:
    """Render, then let Terraform or OpenTofu say what would change, site by site. Nothing in the cloud changes.

    Example: keyferry provision plan --detailed-exitcode -o json
    """
    from keyferry.cli import provision_applying, provisioning  # noqa: PLC0415  (as above)

    source = provisioning.Source(estate=estate, sites=sites, sites_from_env=sites_from_env)
    target = provisioning.Target(out=out, format=form, force=force)
    tool = provision_applying.Tool(named=terraform, parallelism=parallelism)
    has_changes = provision_applying.plan(source, target, tool, output)
    raise typer.Exit(provision_applying.CHANGES if has_changes and detailed_exitcode else 0)


@app.command()
def apply(  # noqa: PLR0913  (each parameter is a flag)
    *,
    estate: EstateOption = ESTATE,
    out: OutOption = OUT,
    sites: SitesOption = None,
    sites_from_env: SitesFromEnvOption = None,
    form: FormatOption = Format.PLAIN,
    force: ForceOption = False,
    terraform: TerraformOption = None,
    parallelism: ParallelismOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", "--auto-approve", help="Do not ask.")] = False,
    output: OutputOption = Output.TEXT,
) -> None:
    """Render, plan, ask, and let Terraform or OpenTofu make it; then write the manifests for what was made.

    Ctrl-C lets the tool finish what it has begun. The same command goes on from there.

    Example: keyferry provision apply
    Example: keyferry provision apply --sites-from-env SITES --yes -o json
    """
    from keyferry.cli import provision_applying, provisioning  # noqa: PLC0415  (as above)

    source = provisioning.Source(estate=estate, sites=sites, sites_from_env=sites_from_env)
    target = provisioning.Target(out=out, format=form, force=force)
    tool = provision_applying.Tool(named=terraform, parallelism=parallelism)
    provision_applying.apply(source, target, tool, output, is_agreed=yes)


@app.command()
def schema() -> None:
    """Print the JSON schema of an estate's file, by which editors complete and check it.

    Example: keyferry provision schema > estate.schema.json
    """
    from keyferry.spec.estate import json_schema  # noqa: PLC0415  (as above)

    typer.echo(json.dumps(json_schema.document(), indent=2))
