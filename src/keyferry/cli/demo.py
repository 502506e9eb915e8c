"""`keyferry demo`: delivers a secret with no credential anywhere, and tells the story while it happens."""

import asyncio
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

import typer

from keyferry.runtime import logs


def command(
    *,
    keep: Annotated[bool, typer.Option(help="Leave the lab running until Ctrl-C.")] = False,
    folder: Annotated[
        Path | None,
        typer.Option("--dir", help="Where kubeconfig, CA and logs are written.", show_default="a fresh one in /tmp"),
    ] = None,
) -> None:
    """Deliver a secret with no credential anywhere: a story of 40 seconds, all on loopback.

    Example: keyferry demo --keep
    """
    from keyferry.cli import demo_run  # noqa: PLC0415  (the lab is heavy, and other commands need it not)

    logs.configure(level=logs.LogLevel.ERROR, form=logs.LogFormat.CONSOLE)
    place = folder.absolute() if folder else Path(mkdtemp(prefix="keyferry-demo-"))
    asyncio.run(demo_run.run(place, keep=keep))
    if folder is None:
        shutil.rmtree(place, ignore_errors=True)  # after a story that failed, its log stays to be read
