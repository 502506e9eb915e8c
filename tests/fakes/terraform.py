"""Puts a `terraform` without a cloud on a PATH, and tells how it behaves."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).with_name("terraform_program.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeTerraform:
    """The tool in a folder of its own, under any name, with what it was asked."""

    folder: Path
    name: str

    @property
    def path(self) -> Path:
        """The program."""
        return self.folder / self.name

    @property
    def calls(self) -> list[str]:
        """The commands that it was given, in order."""
        calls = self.folder / "calls"
        return calls.read_text().splitlines() if calls.exists() else []

    def behave(self, **wishes: Any) -> None:
        """Behave so from now on: `version`; `fails`, words by command; `breaks`, `blocks`, at an address."""
        (self.folder / "behaviour.json").write_text(json.dumps(wishes))

    def wait_until_it_blocks(self) -> None:
        """Return once it has come to the address that blocks it."""
        (self.folder / "arrived").open().close()

    def let_it_go_on(self) -> None:
        """End what blocks it."""
        (self.folder / "go").open("w").close()


def install(folder: Path, name: str = "terraform") -> FakeTerraform:
    """Put one into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    fake = FakeTerraform(folder=folder, name=name)
    fake.behave()
    for gate in (folder / "arrived", folder / "go"):
        if not gate.exists():
            os.mkfifo(gate)
    fake.path.write_text(f'#!/bin/sh\nFAKE_TERRAFORM={folder} exec {sys.executable} -SE {PROGRAM} "$@"\n')
    fake.path.chmod(0o755)
    return fake
