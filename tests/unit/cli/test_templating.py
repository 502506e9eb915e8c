"""Templates come from text files and manifests, data from mappings and Secrets."""

import io
import json
import sys
from pathlib import Path

import pytest

from keyferry.cli import templating
from keyferry.cli.output import Output
from keyferry.model.errors import SpecError

MANIFEST = """\
apiVersion: v1
kind: Namespace
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
spec:
  target:
    template:
      metadata: {labels: {who: "{{ .user }}"}}
      data: {url: "https://{{ .user }}@host"}
      templateFrom: [{literal: "a: {{ .user | quote }}"}, {configMap: {name: x}}]
"""
DELIMITERS = ("{{", "}}")


def render(file: Path, data: str | None = "user: ada\n", output: Output = Output.TEXT) -> str:
    source = None
    if data is not None:
        source = file.parent / "values"
        source.write_text(data)
    return templating.run(file, source, DELIMITERS, output)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.tpl"
    path.write_text("{{ .user }}")
    return path


@pytest.mark.parametrize(
    "data",
    [
        pytest.param('{"user": "ada"}', id="json"),
        pytest.param("kind: Secret\ndata: {user: YWRh}\n", id="secret"),
        pytest.param("kind: Secret\nstringData: {user: ada}\n", id="plain-secret"),
    ],
)
def test_data(file: Path, data: str) -> None:
    assert render(file, data) == "ada"


def test_a_manifest_renders_every_text_of_its_template(tmp_path: Path) -> None:
    path = tmp_path / "es.yaml"
    path.write_text(MANIFEST)
    expected = {"data.url": "https://ada@host", "metadata.labels.who": "ada", "templateFrom.[0].literal": 'a: "ada"'}
    assert json.loads(render(path, output=Output.JSON)) == expected
    assert "data.url: https://ada@host\n" in render(path)


def test_yaml_that_is_a_template_and_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("user: {{ .user }}\n")
    assert render(path) == "user: ada\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO("{{ 1 }}"))
    assert templating.run(Path("-"), None, DELIMITERS, Output.JSON) == '{\n  "output": "1"\n}\n'


def test_bytes_that_are_no_text_are_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "a.tpl"
    path.write_text('{{ b64dec "/w==" }}')
    assert render(path, None) == "base64:/w=="


def test_delimiters(file: Path) -> None:
    file.write_text("<< 1 >> {{ 2 }}")
    assert templating.run(file, None, ("<<", ">>"), Output.TEXT) == "1 {{ 2 }}"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param("user: 1", "is no text", id="a-number"),
        pytest.param("[1]", "is no mapping", id="a-list"),
        pytest.param("a: [", "is no mapping", id="no-yaml"),
        pytest.param("kind: Secret\ndata: {user: canary}", "is no Base64", id="no-base64"),
    ],
)
def test_data_that_is_none(file: Path, data: str, words: str) -> None:
    with pytest.raises(SpecError, match=words) as refusal:
        render(file, data)
    assert "canary" not in str(refusal.value)


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot be read"):
        render(tmp_path / "gone", None)
    (tmp_path / "bytes").write_bytes(b"\xff")
    with pytest.raises(SpecError, match="is no text"):
        render(tmp_path / "bytes", None)
    (tmp_path / "es.yaml").write_text("kind: ExternalSecret\nspec: {}\n")
    with pytest.raises(SpecError, match="has no template"):
        render(tmp_path / "es.yaml", None)
