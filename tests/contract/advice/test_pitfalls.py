"""What users of the pattern report is found by `keyferry check` in the manifests that they write."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract.advice.pitfalls import PITFALLS
from tests.fakes import command_line


@pytest.mark.parametrize(("text", "rules"), PITFALLS)
def test_what_people_report_is_found(tmp_path: Path, text: str, rules: list[str]) -> None:
    (tmp_path / "manifests.yaml").write_text(text)
    (tmp_path / "subjects").write_text("system:serviceaccount:apps:reader\n")
    ended = command_line.run("check", str(tmp_path), "--subjects", str(tmp_path / "subjects"), "-o", "json")
    told: dict[str, Any] = json.loads(ended.output)
    assert [finding["rule"] for finding in told["findings"]] == rules, ended.output
    assert told["unread"] == []
    assert "not-in-git" not in ended.output
    for finding in told["findings"]:
        assert finding["line"] > 1 or finding["path"] == "apiVersion", "it is told where it stands"
        assert finding["remedy"]
