from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from keyferry.cli import events


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param([], "off - None", id="off-by-default"),
        pytest.param(
            ["--events-addr", ":8443", "--events-audience", "api://x", "--events-key-file", "keys"],
            ":8443 api://x keys",
            id="all",
        ),
    ],
)
def test_the_flags_reach_the_command(arguments: list[str], said: str) -> None:
    app = typer.Typer()

    @app.command()
    def command(
        addr: events.AddressOption = "off", audience: events.AudienceOption = "-", keys: events.KeyFileOption = None
    ) -> None:
        assert keys is None or isinstance(keys, Path)
        typer.echo(f"{addr} {audience} {keys}")

    assert CliRunner().invoke(app, arguments).output.strip() == said
