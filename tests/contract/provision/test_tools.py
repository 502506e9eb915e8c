"""`keyferry provision` and its tool: the same with the fake that unit tests use and with the real program.

The real one has providers that know the real schemas and make nothing anywhere. Where there is no real one it is left
out, and said.
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from keyferry.cli import examples
from tests.fakes import command_line, terraform, terraform_command
from tests.fakes.command_line import Ended
from tests.fakes.terraform_cloud import Cloud
from tests.fakes.terraform_provider import serving
from tests.fakes.unix_sockets import short_folder

SITES = {"site site-a", "site site-b", "site site-c"}
VAULTS = {"vault site-a-kv", "vault site-b-kv", "vault site-c-kv"}


@pytest.fixture(params=["fake", "real"])
def tool(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("ARM_USE_OIDC", "true")
    if request.param == "fake":
        yield str(terraform.install(tmp_path / "bin").path)
        return
    found, reason = terraform_command.find()
    if not found:
        pytest.skip(reason)
    for name, value in (("CHECKPOINT_DISABLE", "1"), ("TF_CLI_CONFIG_FILE", os.devnull), ("HOME", str(tmp_path))):
        monkeypatch.setenv(name, value)
    with short_folder() as sockets, serving(Cloud(), sockets) as attached:
        monkeypatch.setenv("TF_REATTACH_PROVIDERS", attached)
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "keyferry.yaml").write_text(examples.find("estate.yaml").read_text())
    return tmp_path


def provision(command: str, folder: Path, tool: str, *flags: str) -> Ended:
    places = ("--estate", str(folder / "keyferry.yaml"), "--out", str(folder / "build"))
    return command_line.run("provision", command, *places, "--terraform", tool, *flags)


def document(command: str, folder: Path, tool: str, *flags: str) -> dict[str, Any]:
    ended = provision(command, folder, tool, "-o", "json", *flags)
    assert ended.code == 0, ended.errors
    told: dict[str, Any] = json.loads(ended.output)
    return told


def parts(told: dict[str, Any]) -> set[str]:
    return {f"{part['kind']} {part['name']}" for part in told["parts"] if part["kind"] != "estate"}


def edit(folder: Path, **changes: Any) -> None:
    """Change `spec` of the estate."""
    estate = yaml.safe_load((folder / "keyferry.yaml").read_text())
    estate["spec"].update(changes)
    (folder / "keyferry.yaml").write_text(yaml.safe_dump(estate))


def sites(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((folder / "keyferry.yaml").read_text())["spec"]["sites"]
    return found


def test_an_estate_is_made_and_then_it_is_as_it_should_be(folder: Path, tool: str) -> None:
    planned = document("plan", folder, tool)
    assert parts(planned) == SITES | VAULTS
    applied = document("apply", folder, tool, "--yes")
    assert applied["summary"] == planned["summary"]
    assert (applied["applied"], applied["manifests"]["leftOut"]) == (True, [])
    accounts = (folder / "build/manifests/plain/site-a.yaml").read_text()
    made = json.loads((folder / "build/outputs.json").read_text())["keyferry"]["value"]
    assert made["identities"]["shops-site-a"]["client_id"] in accounts
    again = document("apply", folder, tool, "--yes")
    assert (again["applied"], parts(again)) == (False, set())
    assert provision("plan", folder, tool, "--detailed-exitcode").code == 0


@pytest.mark.parametrize("name", ["estate-new.yaml", "estate-shared.yaml"])
def test_every_example_is_made(tmp_path: Path, tool: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kubelogin").write_text("#!/bin/sh\n")
    (tmp_path / "kubelogin").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("KUBE_CONFIG_PATH", str(tmp_path / "kubeconfig"))
    shutil.copytree(examples.find(name).with_name("sites"), tmp_path / "sites")
    estate = yaml.safe_load(examples.find(name).read_text())
    estate["spec"].pop("terraform", None)  # whose state would be in the cloud
    (tmp_path / "keyferry.yaml").write_text(yaml.safe_dump(estate))
    told = document("apply", tmp_path, tool, "--yes")
    assert (told["applied"], told["manifests"]["leftOut"]) == (True, [])


def test_a_site_comes_changes_and_goes(folder: Path, tool: str) -> None:
    document("apply", folder, tool, "--yes")
    edit(folder, sites=[*sites(folder), {"name": "site-d", "vault": "site-c-kv"}])
    ended = provision("plan", folder, tool, "--detailed-exitcode", "-o", "json")
    assert ended.code == 3
    assert "site site-d" in parts(json.loads(ended.output))
    assert not parts(json.loads(ended.output)) & {"site site-a", "site site-b"}
    document("apply", folder, tool, "--yes")
    assert (folder / "build/manifests/plain/site-d.yaml").is_file()
    edit(folder, sites=sites(folder)[:3])
    removed = document("apply", folder, tool, "--yes")
    (of_site,) = [part for part in removed["parts"] if part["name"] == "site-d"]
    assert {change["action"] for change in of_site["changes"]} == {"remove"}
    assert not (folder / "build/manifests/plain/site-d.yaml").exists()


def test_a_change_is_told_with_the_names_of_its_fields(folder: Path, tool: str) -> None:
    document("apply", folder, tool, "--yes")
    edit(folder, sites=[{**sites(folder)[0], "serviceAccount": "other"}, *sites(folder)[1:]])
    (part,) = [part for part in document("plan", folder, tool)["parts"] if part["name"] == "site-a"]
    fields = {name for change in part["changes"] for name in change["fields"]}
    assert "subject" in fields
    assert "other" not in json.dumps(part)


def test_nothing_of_the_tool_is_left_but_its_state_and_log(folder: Path, tool: str) -> None:
    document("apply", folder, tool, "--yes")
    assert provision("render", folder, tool, "--check").code == 2, "render takes no tool"
    assert (
        command_line.run(
            "provision", "render", "--estate", f"{folder}/keyferry.yaml", "--out", f"{folder}/build", "--check"
        ).code
        == 0
    )
    found = {path.name for path in (folder / "build/terraform").iterdir() if path.suffix not in (".tf", ".json")}
    assert found <= {
        ".gitignore",
        ".terraform",
        "keyferry.log",
        "modules",
        "terraform.tfstate",
        ".terraform.lock.hcl",
        "terraform.tfstate.backup",
    }
    assert (folder / "build/terraform/terraform.tfstate").stat().st_mode & 0o077 == 0
