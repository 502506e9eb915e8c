"""`keyferry init`: writes the first keyferry.yaml, with comments, from a few answers."""

import sys
from typing import Annotated, TypeAlias

import typer

from keyferry.cli.init_kinds import ClusterKind

_Text: TypeAlias = str | None


def command(  # noqa: PLR0913  (each parameter is a flag)
    *,
    out: Annotated[
        str, typer.Option("--out", "--output", "-o", metavar="FILE", help="Where to write; - is standard output.")
    ] = "keyferry.yaml",
    name: Annotated[_Text, typer.Option(help="Name of the estate.", show_default="asked")] = None,
    tenant: Annotated[_Text, typer.Option(metavar="GUID", help="Entra tenant.", show_default="asked")] = None,
    subscription: Annotated[_Text, typer.Option(metavar="GUID", help="Subscription.", show_default="asked")] = None,
    location: Annotated[_Text, typer.Option(help="Region.", show_default="westeurope")] = None,
    resource_group: Annotated[
        _Text, typer.Option(help="Resource group of what is made.", show_default="rg-NAME")
    ] = None,
    cluster: Annotated[
        ClusterKind | None, typer.Option(help="Which cluster there is, or is to be.", show_default="aks")
    ] = None,
    cluster_name: Annotated[_Text, typer.Option(help="Its name.", show_default="aks-NAME")] = None,
    cluster_group: Annotated[
        _Text, typer.Option(help="Resource group of an AKS cluster that is there.", show_default="asked")
    ] = None,
    issuer: Annotated[
        _Text, typer.Option(metavar="URL", help="Issuer of tokens of another cluster.", show_default="asked")
    ] = None,
    vault: Annotated[_Text, typer.Option(help="Vault to make.", show_default="kv-NAME")] = None,
    site: Annotated[_Text, typer.Option(metavar="NAMES", help="Sites, with commas.", show_default="web")] = None,
    secret: Annotated[
        _Text, typer.Option(metavar="NAME", help="A secret that each site reads.", show_default="db-connection")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", "--non-interactive", help="Ask nothing: take defaults.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented keyferry.yaml: asks for what no flag says, or asks nothing where there is no terminal.

    Each answer is checked at once, and the file is one that keyferry takes. No file is overwritten unless told to.

    Example: keyferry init
    Example: keyferry init --yes --name shop --tenant GUID --subscription GUID --cluster new-aks
    Example: keyferry init --out - --cluster oidc --issuer https://issuer.example.com
    """
    from keyferry.cli import init_run  # noqa: PLC0415  (the estate's fields, which other commands need not)

    given = {
        "name": name,
        "tenant": tenant,
        "subscription": subscription,
        "location": location,
        "resource-group": resource_group,
        "cluster": cluster,
        "cluster-name": cluster_name,
        "cluster-group": cluster_group,
        "issuer": issuer,
        "vault": vault,
        "site": site,
        "secret": secret,
    }
    is_asked = sys.stdin.isatty() and not yes
    init_run.run(given, init_run.Wish(out=out, force=force), init_run.prompt if is_asked else None)
