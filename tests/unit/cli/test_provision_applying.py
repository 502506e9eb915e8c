"""From an estate's file to what was made: checked first, told part by part, gone on with after a failure."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from keyferry.cli import examples, looking
from keyferry.cli.provision_applying import Tool
from keyferry.provision import writing
from tests.fakes import command_line, estates, programs, terraform
from tests.fakes.command_line import Ended
from tests.fakes.patience import PATIENCE, patient
from tests.fakes.terraform import FakeTerraform


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    path = tmp_path / "keyferry.yaml"
    path.write_text(examples.find("estate.yaml").read_text())
    return path


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeTerraform:
    fake = terraform.install(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{fake.folder}:/usr/bin:/bin")
    monkeypatch.setenv("ARM_USE_OIDC", "true")
    return fake


def provision(command: str, estate: Path, *flags: str) -> Ended:
    return command_line.run(
        "provision", command, "--estate", str(estate), "--out", str(estate.parent / "build"), *flags
    )


def made(estate: Path) -> set[str]:
    return set(json.loads((estate.parent / "build/terraform/terraform.tfstate").read_text())["resources"])


def test_a_plan_changes_nothing_and_leaves_nothing(estate: Path, tool: FakeTerraform) -> None:
    ended = provision("plan", estate)
    assert ended.code == 0, ended.errors
    assert "\nsite site-a            3        -" in ended.output
    assert ended.output.endswith("13 to make\n")
    assert not list((estate.parent / "build/terraform").glob("*.tfplan"))
    assert not (estate.parent / "build/terraform/terraform.tfstate").exists()
    assert provision("plan", estate, "--detailed-exitcode").code == 3


def test_an_estate_is_made_and_its_manifests_follow(estate: Path, tool: FakeTerraform) -> None:
    ended = provision("apply", estate, "--yes")
    assert ended.code == 0, ended.errors
    assert "[13/13] vault site-c-kv: " in ended.errors
    assert "applied: 13 made" in ended.output
    assert (estate.parent / "build/manifests/plain/site-a.yaml").is_file()
    assert len(made(estate)) == 13
    again = provision("apply", estate, "--yes")
    assert "everything is as the estate says" in again.output
    assert provision("plan", estate, "--detailed-exitcode").code == 0


def test_programs_are_told(estate: Path, tool: FakeTerraform) -> None:
    planned = json.loads(provision("plan", estate, "-o", "json").output)
    assert planned["summary"]["make"] == 13
    assert "terraform/main.tf" in planned["rendered"]["new"]
    applied = json.loads(provision("apply", estate, "-y", "-o", "json").output)
    assert (applied["applied"], len(applied["parts"])) == (True, 7)
    assert "manifests/plain/site-a.yaml" in applied["manifests"]["new"]


def test_outputs_alone_may_change(estate: Path, tool: FakeTerraform) -> None:
    provision("apply", estate, "--yes")
    state = estate.parent / "build/terraform/terraform.tfstate"
    state.write_text(json.dumps({**json.loads(state.read_text()), "outputs": {}}))
    told = json.loads(provision("plan", estate, "-o", "json").output)
    assert (told["hasChanges"], told["parts"]) == (True, [])
    assert "applied: no resource, outputs alone" in provision("apply", estate, "--yes").output


def test_a_stored_credential_is_flagged(estate: Path, tool: FakeTerraform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARM_CLIENT_SECRET", "hunter2")
    ended = provision("plan", estate)
    assert "ARM_CLIENT_SECRET is a stored credential" in ended.errors
    assert "hunter2" not in ended.errors + ended.output


def test_nobody_can_be_asked(estate: Path, tool: FakeTerraform) -> None:
    ended = provision("apply", estate)
    assert (ended.code, "give --yes" in ended.errors, tool.calls) == (2, True, [])


def test_flags_go_to_the_tool(estate: Path, tool: FakeTerraform, tmp_path: Path) -> None:
    other = terraform.install(tmp_path / "other", "tofu")
    assert provision("apply", estate, "-y", "--terraform", str(other.path), "--parallelism", "3").code == 0
    assert tool.calls == []
    assert "apply -json -input=false -parallelism=3 keyferry.tfplan" in other.calls


@pytest.mark.parametrize(
    ("sites", "told", "flags"),
    [
        pytest.param(50, None, (), id="as-the-tool-does"),
        pytest.param(51, None, ("-parallelism=50",), id="more-at-once-for-many-sites"),
        pytest.param(51, 10, ("-parallelism=10",), id="as-told"),
        pytest.param(1, 3, ("-parallelism=3",), id="as-told-for-few"),
    ],
)
def test_how_much_is_done_at_once(sites: int, told: int | None, flags: tuple[str, ...]) -> None:
    estate = estates.small(*(estates.site(f"site-{number}") for number in range(sites)))
    assert Tool(parallelism=told).flags(estate) == flags


def test_a_missing_tool_is_told_before_anything_is_written(estate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(estate.parent))
    ended = provision("plan", estate)
    assert (ended.code, "neither `terraform` nor `tofu`" in ended.errors) == (2, True)
    assert not (estate.parent / "build").exists()


def test_a_missing_login_is_told_before_anything_is_written(
    estate: Path, tool: FakeTerraform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tool.folder))  # where there is no `az`
    monkeypatch.delenv("ARM_USE_OIDC")
    ended = provision("plan", estate)
    assert (ended.code, "nobody is signed in" in ended.errors) == (1, True)
    assert not (estate.parent / "build").exists()


def test_an_old_tool_is_told_before_anything_is_written(estate: Path, tool: FakeTerraform) -> None:
    tool.behave(version="1.5.7")
    ended = provision("plan", estate)
    assert (ended.code, "too old" in ended.errors) == (2, True)
    assert not (estate.parent / "build").exists()


def test_after_a_failure_the_same_command_goes_on(estate: Path, tool: FakeTerraform) -> None:
    tool.behave(breaks='module.site["site-b"].azurerm_federated_identity_credential.this')
    ended = provision("apply", estate, "--yes")
    assert ended.code == 1
    assert "could not be made" in ended.errors
    assert "AuthorizationFailed" in ended.errors
    assert "keyferry.log" in ended.errors
    assert not (estate.parent / "build/manifests").exists()
    tool.behave()
    assert provision("apply", estate, "--yes").code == 0
    assert len(made(estate)) == 13


def test_a_lock_is_told_with_its_key(estate: Path, tool: FakeTerraform) -> None:
    tool.behave(fails={"plan": ["Error acquiring the state lock", "Lock Info:\n  ID: 42-7\n  Who: ci@runner"]})
    ended = provision("plan", estate)
    assert (ended.code, "force-unlock 42-7" in ended.errors, "ci@runner" in ended.errors) == (1, True, True)


def test_whoever_stops_it_leaves_a_state_to_go_on_from(estate: Path, tool: FakeTerraform) -> None:
    address = 'module.site["site-a"].azurerm_federated_identity_credential.this'
    tool.behave(blocks=address)

    def stop() -> None:
        tool.wait_until_it_blocks()
        os.kill(os.getpid(), signal.SIGINT)

    watcher = threading.Thread(target=stop, daemon=True)
    watcher.start()
    ended = provision("apply", estate, "--yes")
    watcher.join(PATIENCE)
    assert ended.code == 130, ended.errors
    assert "stopping: what was begun" in ended.errors
    assert address in made(estate)
    assert len(made(estate)) < 13
    tool.behave()
    assert provision("apply", estate, "--yes").code == 0
    assert len(made(estate)) == 13


def test_an_edited_file_stops_it_before_the_tool_is_asked(estate: Path, tool: FakeTerraform) -> None:
    provision("render", estate)
    (estate.parent / "build/terraform/main.tf").write_text("mine")
    ended = provision("apply", estate, "--yes")
    assert (ended.code, "edited by hand" in ended.errors) == (2, True)
    assert not any(call.startswith("init") for call in tool.calls)


def test_two_are_not_at_work_at_once(estate: Path, tool: FakeTerraform) -> None:
    """The plan that one has shown is not another one's to replace."""
    provision("render", estate)
    with writing.locked(estate.parent / "build/terraform"):
        ended = provision("apply", estate, "--yes")
    assert (ended.code, "another keyferry is at work there" in ended.errors) == (2, True)
    assert not any(call.startswith("init") for call in tool.calls)


APPLY = (sys.executable, "-m", "keyferry", "provision", "apply")


async def test_when_keyferry_is_killed_the_tool_comes_to_its_end(estate: Path, tool: FakeTerraform) -> None:
    address = 'module.site["site-a"].azurerm_federated_identity_credential.this'
    tool.behave(blocks=address)
    state = estate.parent / "build/terraform/terraform.tfstate"
    flags = ("--estate", str(estate), "--out", str(estate.parent / "build"), "--yes")
    async with programs.running(*APPLY, *flags) as process, patient():
        await asyncio.to_thread(tool.wait_until_it_blocks)
        process.kill()
        await process.wait()
        assert not state.exists()
        await asyncio.to_thread(tool.let_it_go_on)

        async def is_there() -> bool | None:
            return state.exists() or None

        await looking.until(is_there, seconds=PATIENCE, what="the state")
    assert len(made(estate)) == 13


def test_a_person_is_asked(estate: Path, tool: FakeTerraform) -> None:
    assert answered(b"n\n", estate) == 1
    assert not (estate.parent / "build/terraform/terraform.tfstate").exists()
    assert answered(b"y\n", estate) == 0
    assert len(made(estate)) == 13


def answered(words: bytes, estate: Path) -> int:
    """Apply on a terminal of its own, and answer; return the exit code."""
    ours, its = os.openpty()
    command = [*APPLY, "--estate", str(estate), "--out", str(estate.parent / "build")]
    with subprocess.Popen(command, stdin=its, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        os.close(its)
        os.write(ours, words)
        _, errors = process.communicate(timeout=PATIENCE)
        os.close(ours)
    assert b"Apply this?" in errors
    return process.returncode
