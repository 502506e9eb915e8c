"""A root module of two sites, and a tool for it."""

from pathlib import Path

import pytest

from keyferry.provision import writing
from keyferry.provision.terraform import root
from tests.fakes import estates, terraform
from tests.fakes.terraform import FakeTerraform


@pytest.fixture
def tool(tmp_path: Path) -> FakeTerraform:
    return terraform.install(tmp_path / "bin")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The folder that a small estate was rendered to."""
    writing.write(tmp_path / "build", root.files(estates.small(), {}))
    return tmp_path / "build"
