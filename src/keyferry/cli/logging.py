"""The two logging flags that every long-running command has."""

from typing import Annotated, TypeAlias

import typer

from keyferry.runtime.logs import LogFormat, LogLevel

LogLevelOption: TypeAlias = Annotated[LogLevel, typer.Option(help="The least severe lines to write.")]
LogFormatOption: TypeAlias = Annotated[LogFormat, typer.Option(help="How lines are written.")]
