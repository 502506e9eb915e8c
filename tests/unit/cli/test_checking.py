"""Findings have file, line, object, path, words and remedy; files, folders, lists and standard input are read."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from keyferry.cli import checking
from keyferry.cli.output import Output
from keyferry.model.errors import SpecError
from tests.unit.cli.test_check import GOOD

BAD = GOOD.replace("key: db-password", "key: oops/db")
STORE = "apiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\nmetadata: {name: kv}\nspec: {}\n"


def found(capsys: pytest.CaptureFixture[str], *files: Path) -> dict[str, Any]:
    checking.run(files, Output.JSON, strict=False)
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_a_finding_is_complete(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "es.yaml"
    file.write_text(GOOD + "---\n" + BAD)
    told = found(capsys, file)
    assert told["checked"] == 2
    (finding,) = told["findings"]
    assert finding["file"] == str(file)
    assert (finding["line"], finding["path"]) == (17, "spec.data[0].remoteRef.key")
    assert (finding["kind"], finding["namespace"], finding["name"]) == ("ExternalSecret", "app", "db")
    assert finding["remedy"]


def test_people_get_a_line_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(BAD + "---\n" + STORE)
    (tmp_path / "b.txt").write_text("not looked at")
    assert checking.run([tmp_path], Output.TEXT, strict=False) == 1
    shown = capsys.readouterr()
    assert "a.yaml:8: " in shown.out
    assert "ExternalSecret app/db: spec.data[0].remoteRef.key" in shown.out
    assert "ClusterSecretStore kv: spec.provider" in shown.out
    assert "2 objects checked: " in shown.err


def test_lists_and_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    inner = "".join(f"    {line}\n" for line in BAD.splitlines())
    listed = f"kind: List\napiVersion: v1\nitems:\n  - kind: Other\n  -\n{inner}"
    monkeypatch.setattr(sys, "stdin", io.StringIO(listed))
    told = found(capsys, Path("-"))
    assert told["checked"] == 1
    assert told["findings"][0]["file"] == "-"
    assert told["findings"][0]["line"] > 5


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"\xff\xfe", "is no text", id="bytes"),
        pytest.param(b"a: b: c", "is no YAML", id="no-yaml"),
        pytest.param(b"a: !!timestamp 2020-99-99\nb: !!bool x", ":2 is no YAML", id="a-tag-that-lies"),
        pytest.param(b"[" * 100_000, "is no YAML", id="deep"),
        pytest.param(None, "cannot be read", id="missing"),
        pytest.param(b"#" * (checking.MAX_BYTES + 1), "is larger than", id="huge"),
    ],
)
def test_files_that_are_none(tmp_path: Path, content: bytes | None, words: str) -> None:
    file = tmp_path / "file.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SpecError, match=words):
        checking.run([file], Output.TEXT, strict=False)


def test_a_template_is_parsed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(GOOD + "  target:\n    template:\n      data:\n        url: '{{ .PASSWORD'\n")
    (finding,) = found(capsys, tmp_path)["findings"]
    assert (finding["line"], finding["level"]) == (12, "error")
    assert "line 1, column" in finding["message"]


def test_metadata_that_is_none_is_no_crash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text("apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: 1\n")
    assert found(capsys, tmp_path)["findings"]
