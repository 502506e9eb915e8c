"""The defaults are upstream's ports."""

from pathlib import Path

from keyferry.admit.settings import Settings


def test_defaults() -> None:
    settings = Settings(certificates=Path("/certs"))
    assert (settings.address, settings.health_address) == (":10250", ":8081")
