"""`keyferry webhook`: says at apply time what is wrong with stores and ExternalSecrets."""

from pathlib import Path
from typing import Annotated

import typer

from keyferry.admit.settings import Settings
from keyferry.cli import working
from keyferry.cli.logging import LogFormatOption, LogLevelOption
from keyferry.runtime import logs


def command(
    *,
    cert_dir: Annotated[
        Path, typer.Option(help="The folder of tls.crt and tls.key; they are taken anew when they change.")
    ] = Path("/etc/keyferry/webhook"),
    address: Annotated[str, typer.Option(help="Where the API server asks, over HTTPS.")] = ":10250",
    metrics_addr: Annotated[str, typer.Option(help="Where /metrics, /healthz and /readyz are served.")] = ":8081",
    log_level: LogLevelOption = logs.LogLevel.INFO,
    log_format: LogFormatOption = logs.LogFormat.JSON,
) -> None:
    """Validate stores and ExternalSecrets when they are applied, and warn of what may go wrong.

    Example: keyferry webhook --cert-dir /certs
    """
    settings = Settings(certificates=cert_dir.absolute(), address=address, health_address=metrics_addr)
    working.begin(settings, level=log_level, form=log_format)
