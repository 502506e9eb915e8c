"""Rendering, told to people and to programs, and looked at without being done."""

import json
from pathlib import Path

import pytest

from keyferry.cli import examples
from keyferry.provision import kept_outputs
from keyferry.provision.outputs import MadeIdentity, Outputs
from tests.fakes import command_line
from tests.fakes.command_line import Ended

GUID = "11111111-1111-4111-8111-111111111111"
MADE = MadeIdentity(client_id=GUID, principal_id=GUID, tenant_id=GUID)
OUTPUTS = Outputs(
    issuer="https://oidc.example.org/",
    identities={f"shops-site-{name}": MADE for name in "abc"},
    vault_urls={f"site-{name}-kv": f"https://site-{name}-kv.vault.azure.net" for name in "abc"},
)


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    path = tmp_path / "keyferry.yaml"
    path.write_text(examples.find("estate.yaml").read_text())
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "build"


def provision(command: str, estate: Path, out: Path, *flags: str) -> Ended:
    return command_line.run("provision", command, "--estate", str(estate), "--out", str(out), *flags)


def test_what_was_written_is_told(estate: Path, out: Path) -> None:
    ended = provision("render", estate, out)
    assert ended.code == 0, ended.errors
    assert ended.output.splitlines()[0].endswith(" new")
    assert "no manifests yet for site-a, site-b, site-c: " in ended.output
    assert (out / "terraform" / "sites.auto.tfvars.json").is_file()
    assert provision("render", estate, out).output.splitlines()[0].endswith(" as before")


def test_programs_are_told_the_same(estate: Path, out: Path) -> None:
    told = json.loads(provision("render", estate, out, "-o", "json").output)
    assert "terraform/main.tf" in told["new"]
    assert [each["site"] for each in told["leftOut"]] == ["site-a", "site-b", "site-c"]
    assert json.loads(provision("render", estate, out, "-o", "json").output)["same"] == len(told["new"])


def test_a_pipeline_checks_without_writing(estate: Path, out: Path) -> None:
    ended = provision("render", estate, out, "--check")
    assert (ended.code, out.exists()) == (1, False)
    assert "main.tf is new" in ended.output
    provision("render", estate, out)
    assert provision("render", estate, out, "--check").code == 0
    (out / "terraform" / "main.tf").write_text("mine")
    (out / "terraform" / "outputs.tf").unlink()
    told = provision("render", estate, out, "--check")
    assert told.code == 1
    assert "main.tf was edited by hand" in told.output
    assert "outputs.tf is new" in told.output


def test_a_diff_is_shown_without_writing(estate: Path, out: Path) -> None:
    provision("render", estate, out)
    estate.write_text(estate.read_text().replace("site-c-kv", "site-d-kv"))
    ended = provision("render", estate, out, "--diff")
    assert ended.code == 0
    assert '+    "site-d-kv": {' in ended.output
    assert '-    "site-c-kv": {' in ended.output
    assert provision("render", estate, out, "--diff", "--check").code == 1
    assert "site-c-kv" in (out / "terraform" / "estate.auto.tfvars.json").read_text()


def test_what_was_edited_is_not_lost_without_force(estate: Path, out: Path) -> None:
    provision("render", estate, out)
    (out / "terraform" / "main.tf").write_text("mine")
    ended = provision("render", estate, out)
    assert (ended.code, "edited by hand" in ended.errors) == (2, True)
    assert (out / "terraform" / "main.tf").read_text() == "mine"
    assert provision("render", estate, out, "--force").code == 0
    assert (out / "terraform" / "main.tf").read_text() != "mine"


def test_an_invalid_estate_is_told_whole_and_nothing_is_written(estate: Path, out: Path) -> None:
    text = (
        estate.read_text().replace("vault: site-a-kv", "vault: none-of-them").replace("westeurope\n", "'west europe'\n")
    )
    estate.write_text(text)
    ended = provision("render", estate, out)
    assert (ended.code, out.exists()) == (2, False)
    assert "keyferry.yaml:" in ended.errors
    assert "none-of-them" in ended.errors


def test_manifests_follow_from_what_was_made(estate: Path, out: Path) -> None:
    kept_outputs.write(out, OUTPUTS)
    assert provision("render", estate, out).code == 0
    assert len(list((out / "manifests" / "plain").iterdir())) == 3
    kustomize = provision("manifests", estate, out, "--format", "kustomize")
    assert kustomize.code == 0
    assert not (out / "manifests" / "plain").exists(), "it is the other form's"
    assert (out / "terraform" / "main.tf").is_file(), "which is none of manifests"


def test_manifests_by_the_outputs_of_a_file(estate: Path, out: Path, tmp_path: Path) -> None:
    kept_outputs.write(tmp_path, OUTPUTS)
    ended = provision("manifests", estate, out, "--outputs", str(tmp_path / "outputs.json"))
    assert ended.code == 0, ended.errors
    assert (out / "manifests" / "plain" / "site-a.yaml").is_file()
    assert provision("manifests", estate, out, "--outputs", str(tmp_path / "gone")).code == 2


def test_a_stale_file_that_was_edited_is_told(estate: Path, out: Path) -> None:
    kept_outputs.write(out, OUTPUTS)
    provision("render", estate, out)
    (out / "manifests" / "plain" / "site-a.yaml").write_text("mine")
    ended = provision("render", estate, out, "--format", "helm")
    assert "site-a.yaml: no longer part of the estate, but edited by hand" in ended.output
    assert (out / "manifests" / "helm" / "keyferry-sites" / "Chart.yaml").is_file()


def test_colours_of_a_diff_can_be_unwanted(estate: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "+++ b/terraform/main.tf" in provision("render", estate, out, "--diff").output


def test_sites_from_elsewhere(estate: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more = estate.with_name("more.json")
    more.write_text('{"sites": [{"name": "site-d", "vault": "site-a-kv"}]}')
    monkeypatch.setenv("SITES", "[{name: site-e, vault: site-a-kv}]")
    ended = provision("render", estate, out, "--sites", str(more), "--sites-from-env", "SITES")
    assert ended.code == 0, ended.errors
    sites = json.loads((out / "terraform" / "sites.auto.tfvars.json").read_text())["sites"]
    assert sorted(sites) == [f"site-{name}" for name in "abcde"]


def test_a_flood_of_warnings_is_cut(estate: Path, out: Path) -> None:
    vaults = "".join(f"    - name: more-{number}-kv\n" for number in range(30))
    estate.write_text(estate.read_text().replace("    - name: site-b-kv\n", f"    - name: site-b-kv\n{vaults}"))
    warnings = [line for line in provision("render", estate, out).errors.splitlines() if "warning:" in line]
    assert len(warnings) == 21
    assert warnings[-1].endswith(" more of these")


def test_a_folder_of_another_estate_is_not_taken(estate: Path, out: Path) -> None:
    provision("render", estate, out)
    estate.write_text(estate.read_text().replace("  name: shops\nspec:", "  name: payments\nspec:"))
    ended = provision("render", estate, out)
    assert (ended.code, "holds the estate shops, and not payments" in ended.errors) == (2, True)
