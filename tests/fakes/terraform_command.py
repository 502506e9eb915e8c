"""The real `terraform`, or `tofu`, on the modules of deploy/terraform and providers that make nothing."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.fakes.terraform_cloud import Cloud
from tests.fakes.terraform_provider import serving
from tests.fakes.unix_sockets import short_folder

SHIPPED: Final = Path(__file__).parents[2] / "deploy" / "terraform"
OLDEST: Final = (1, 9)  # what the modules require


def find() -> tuple[str, str]:
    """Return the program, and "" or the reason why there is none that can be used."""
    for name in ("terraform", "tofu"):
        if program := shutil.which(name):
            told = subprocess.run([program, "version"], capture_output=True, text=True, check=False, env=_environment())
            version = re.search(r"v(\d+)\.(\d+)", told.stdout)
            if version and (int(version[1]), int(version[2])) >= OLDEST:
                return program, ""
    return "", "no terraform or tofu of at least version 1.9 is on the PATH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is planned, by address: `resources` as they will be, and the `actions` that make them so."""

    resources: Mapping[str, Mapping[str, Any]]
    actions: Mapping[str, tuple[str, ...]]


class Terraform:
    """One folder with a root module in it, initialised; `cloud` is what it meets."""

    def __init__(self, program: str, folder: Path, cloud: Cloud, attached: str) -> None:
        self._program = program
        self._folder = folder
        self._attached = attached
        self.cloud = cloud

    def init(self) -> None:
        """Find the modules. No provider is installed, and no registry asked."""
        self._run("init", "-backend=false")

    def refusals(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        """Plan with these values of variables, and return what is said against them."""
        (self._folder / "values.auto.tfvars.json").write_text(json.dumps(values))
        done = self._run("plan", "-json", "-out=plan", must_succeed=False)
        found = (json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))
        diagnostics = [line["diagnostic"] for line in found if line.get("type") == "diagnostic"]
        errors = tuple(f"{one['summary']}: {one['detail']}" for one in diagnostics if one["severity"] == "error")
        if bool(errors) != bool(done.returncode):
            raise AssertionError(f"terraform plan failed otherwise: {done.stdout}{done.stderr}")
        return errors

    def plan(self, values: Mapping[str, Any]) -> Plan:
        """Plan with these values of variables, and return what would be done."""
        if errors := self.refusals(values):
            raise AssertionError(f"terraform refused the plan: {errors}")
        document = json.loads(self._run("show", "-json", "plan").stdout)
        changes = document.get("resource_changes", [])
        return Plan(
            resources={change["address"]: change["change"]["after"] for change in changes},
            actions={change["address"]: tuple(change["change"]["actions"]) for change in changes},
        )

    def apply(self) -> None:
        """Carry out what was planned last."""
        self._run("apply", "-json", "plan")

    def outputs(self) -> bytes:
        """Return `terraform output -json`."""
        return self._run("output", "-json").stdout.encode()

    def _run(self, *arguments: str, must_succeed: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [self._program, *arguments],
            cwd=self._folder,
            env={**_environment(), "TF_REATTACH_PROVIDERS": self._attached, "HOME": str(self._folder)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if must_succeed and done.returncode != 0:
            raise AssertionError(f"terraform {arguments[0]} failed: {done.stdout}{done.stderr}")
        return done


@contextmanager
def started(program: str, folder: Path, module: str, cloud: Cloud | None = None) -> Iterator[Terraform]:
    """Copy `root` with all modules, or one module as a root of its own, into `folder`, and serve its providers."""
    shutil.copytree(SHIPPED / module, folder)
    if module == "root":
        shutil.copytree(SHIPPED / "modules", folder / "modules")
    cloud = cloud or Cloud()
    with short_folder() as sockets, serving(cloud, sockets) as attached:
        terraform = Terraform(program, folder, cloud, attached)
        terraform.init()
        yield terraform


def _environment() -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "TF_CLI_CONFIG_FILE": os.devnull,
    }
