"""The flags of restarts on change."""

from typing import Annotated, TypeAlias

import typer

BudgetOption: TypeAlias = Annotated[
    int,
    typer.Option(
        "--restart-budget", min=0, max=1000, help="Workloads of a namespace that may roll at a time; 0: none."
    ),
]
ReloaderOption: TypeAlias = Annotated[
    bool, typer.Option("--reloader-annotations/--no-reloader-annotations", help="Understand Reloader's annotations.")
]
