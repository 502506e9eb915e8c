"""The flags that the commands of `keyferry provision` share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer


class Format(StrEnum):
    """How manifests are written."""

    PLAIN = "plain"
    KUSTOMIZE = "kustomize"
    HELM = "helm"


ESTATE: Final = Path("keyferry.yaml")
OUT: Final = Path("build")

EstateOption: TypeAlias = Annotated[Path, typer.Option("--estate", help="The estate's file.")]
OutOption: TypeAlias = Annotated[Path, typer.Option("--out", help="The folder to write to.")]
SitesOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--sites", metavar="FILE", help="More sites, YAML or JSON; - is standard input.", show_default="none"),
]
SitesFromEnvOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--sites-from-env", metavar="NAME", help="More sites, in this environment variable.", show_default="none"
    ),
]
FormatOption: TypeAlias = Annotated[Format, typer.Option("--format", help="The form of the manifests.")]
ForceOption: TypeAlias = Annotated[bool, typer.Option("--force", help="Overwrite files that were edited by hand.")]
CheckOption: TypeAlias = Annotated[
    bool, typer.Option("--check", help="Write nothing; end with code 1 if something would change.")
]
DiffOption: TypeAlias = Annotated[bool, typer.Option("--diff", help="Write nothing; show what would change.")]
TerraformOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--terraform", metavar="PROGRAM", help="The tool.", show_default="terraform or tofu on PATH"),
]
ParallelismOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--parallelism",
        min=1,
        help="How many resources at once.",
        show_default="the tool's: 10; with more than 50 sites: 50",
    ),
]
