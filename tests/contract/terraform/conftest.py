"""Fixtures: the program, and roots that are initialised once for many plans."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.fakes import terraform_command
from tests.fakes.terraform_cloud import Cloud
from tests.fakes.terraform_command import Terraform

Roots = Callable[[str], Terraform]


@pytest.fixture(scope="session")
def program() -> str:
    """The real terraform or tofu; tests skip where there is none, and say so."""
    found, reason = terraform_command.find()
    if not found:
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def roots(program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Roots]:
    """Each module as a root of its own, by its name: for plans alone, which leave nothing behind."""
    made: dict[str, Terraform] = {}
    with ExitStack() as stack:

        def root(module: str) -> Terraform:
            if module not in made:
                folder = tmp_path_factory.mktemp("terraform") / "root"
                made[module] = stack.enter_context(terraform_command.started(program, folder, module))
            made[module].cloud.existing.clear()
            return made[module]

        yield root


@pytest.fixture
def estate(program: str, tmp_path: Path) -> Iterator[Terraform]:
    """The root module of an estate, of which nothing is made yet."""
    with terraform_command.started(program, tmp_path / "root", "root", Cloud()) as terraform:
        yield terraform
