"""Findings of all rules, of all documents together, in the form asked for."""

import json
from pathlib import Path
from typing import Any

import pytest

from keyferry.cli import checking
from keyferry.cli.checking import Asked
from keyferry.cli.output import Form
from keyferry.model.errors import SpecError
from tests.unit.cli.test_check import GOOD, OLD

BAD = GOOD.replace("key: db-password", "key: oops/db")
STORE = "apiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\nmetadata: {name: kv}\nspec: {}\n"
IGNORING = "metadata:\n  name: db\n  namespace: app\n  annotations: {keyferry.io/ignore: outdated-version}\n"


def found(capsys: pytest.CaptureFixture[str], *files: Path, **asked: Any) -> dict[str, Any]:
    checking.run(files, Asked(form=Form.JSON, **asked))
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_a_finding_is_complete(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "es.yaml"
    file.write_text(GOOD + "---\n" + BAD)
    told = found(capsys, file)
    assert told["checked"] == 2
    (finding,) = told["findings"]
    assert finding.pop("message")
    assert finding.pop("remedy")
    assert finding == {
        "rule": "questionable",
        "level": "warning",
        "file": str(file),
        "line": 17,
        "column": 19,
        "source": "",
        "kind": "ExternalSecret",
        "namespace": "app",
        "name": "db",
        "path": "spec.data[0].remoteRef.key",
        "suppressed": "",
    }


def test_people_get_a_line_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(BAD + "---\n" + STORE)
    (tmp_path / "b.txt").write_text("not looked at")
    assert checking.run([tmp_path], Asked()) == 1
    shown = capsys.readouterr()
    assert "a.yaml:8:19: warning: ExternalSecret app/db: spec.data[0].remoteRef.key: " in shown.out
    assert "ClusterSecretStore kv: spec.provider" in shown.out
    assert "[invalid]" in shown.out
    assert "2 objects checked: 1 error, 1 warning" in shown.err


def test_what_a_workload_made_is_judged_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = {"containers": [{"name": "a", "image": "a", "env": [{"name": "AZURE_CLIENT_SECRET", "value": "x"}]}]}
    owner = {"kind": "ReplicaSet", "name": "api", "controller": True}
    pod = {"metadata": {"name": "api-1", "namespace": "apps", "ownerReferences": [owner]}, "spec": spec}
    maker = {"metadata": {"name": "api", "namespace": "apps"}, "spec": {"template": {"spec": spec}}}
    items = [pod | {"apiVersion": "v1", "kind": "Pod"}, maker | {"apiVersion": "apps/v1", "kind": "ReplicaSet"}]
    (tmp_path / "a.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    told = found(capsys, tmp_path)
    assert [(each["kind"], each["rule"]) for each in told["findings"]] == [("ReplicaSet", "credential-in-env")]


def test_levels_have_colours_unless_they_are_unwanted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yaml").write_text(BAD)
    for no_color in ("", "1"):
        if no_color:
            monkeypatch.setenv("NO_COLOR", no_color)
        checking.run([tmp_path], Asked())
        assert ": warning: " in capsys.readouterr().out, "no terminal is there"


def test_sarif_is_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(BAD)
    assert checking.run([tmp_path], Asked(form=Form.SARIF, strict=True)) == 1
    assert json.loads(capsys.readouterr().out)["runs"][0]["results"][0]["ruleId"] == "questionable"


def test_documents_of_all_files_are_judged_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: app}\nstringData: {a: my-value}\n"
    (tmp_path / "b.yaml").write_text(secret)
    told = found(capsys, tmp_path / "b.yaml", tmp_path / "a.yaml")
    assert [(each["rule"], each["line"], each["column"]) for each in told["findings"]] == [("secret-by-hand", 4, 1)]
    assert "my-value" not in json.dumps(told)


def test_what_leaves_its_namespace_open_goes_with_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: b}\n"
    for name, text in {"a/es": GOOD.replace(", namespace: app", ""), "a/secret": secret, "b/secret": secret}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.yaml").write_text(text)
    assert [each["file"] for each in found(capsys, tmp_path)["findings"]] == [str(tmp_path / "a/secret.yaml")]


def test_what_is_filled_in_later_is_not_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(GOOD.replace("name: db,", "name: ${APP}-db,"))
    assert found(capsys, tmp_path)["findings"] == []


def test_what_is_passed_over_is_told_to_programs_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(OLD.replace("metadata: {name: db, namespace: app}\n", IGNORING))
    (finding,) = found(capsys, tmp_path)["findings"]
    assert (finding["rule"], finding["suppressed"]) == ("outdated-version", "annotation")
    assert checking.run([tmp_path], Asked(strict=True)) == 0
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "0 warnings, 1 passed over" in shown.err
    assert checking.run([tmp_path], Asked(enforce=["outdated-version"])) == 1


def test_subjects_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subjects = tmp_path / "subjects.txt"
    subjects.write_text("system:serviceaccount:apps:Reader\n")
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {
            "name": "reader",
            "namespace": "apps",
            "annotations": {"azure.workload.identity/client-id": "11111111-1111-4111-8111-111111111111"},
        },
    }
    (tmp_path / "a.json").write_text(json.dumps(account, indent="\t"))
    told = found(capsys, tmp_path / "a.json", subjects=subjects)
    assert [each["rule"] for each in told["findings"]] == ["subject"]


def test_one_file_that_is_none_keeps_no_other_from_being_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_text("kind: A\nb: [")
    (tmp_path / "b.yaml").write_text(OLD)
    assert checking.run([tmp_path], Asked()) == 2
    shown = capsys.readouterr()
    assert "[outdated-version]" in shown.out
    assert "a.yaml:" in shown.err
    assert "is no YAML" in shown.err


def test_a_template_is_parsed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(GOOD + "  target:\n    template:\n      data:\n        url: '{{ .PASSWORD'\n")
    (finding,) = found(capsys, tmp_path)["findings"]
    assert (finding["line"], finding["level"]) == (12, "error")
    assert "line 1, column" in finding["message"]


def test_metadata_that_is_none_is_no_crash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text("apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: 1\n")
    assert found(capsys, tmp_path)["findings"]


def test_rules_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    checking.explain("sub-path", Form.TEXT)
    assert capsys.readouterr().out.startswith("sub-path (warning): ")
    checking.list_rules(Form.JSON)
    assert {"sub-path", "invalid"} <= {each["name"] for each in json.loads(capsys.readouterr().out)}
    with pytest.raises(SpecError, match="there is no rule"):
        checking.explain("nope", Form.TEXT)
