"""`keyferry check` ends as scripts expect, and its flags are looked at."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from keyferry.cli import check
from tests.fakes import command_line

GOOD = """\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db, namespace: app}
spec:
  secretStoreRef: {name: kv}
  data:
    - secretKey: PASSWORD
      remoteRef: {key: db-password}
"""
OLD = GOOD.replace("/v1", "/v1beta1")


@pytest.mark.parametrize(
    ("text", "flags", "code"),
    [
        pytest.param(GOOD, (), 0, id="good"),
        pytest.param(OLD, (), 0, id="a-warning"),
        pytest.param(OLD, ("--strict",), 1, id="a-warning-when-strict"),
        pytest.param(OLD, ("--enforce", "sub-path,outdated-version"), 1, id="a-warning-that-is-enforced"),
        pytest.param(OLD, ("--strict", "--ignore", "outdated-version"), 0, id="a-warning-passed-over"),
        pytest.param(GOOD.replace("secretKey", "secretKy"), (), 1, id="a-problem"),
        pytest.param(GOOD.replace("secretKey", "secretKy"), ("--ignore", "invalid"), 0, id="a-problem-passed-over"),
        pytest.param("a: [", (), 2, id="no-yaml"),
        pytest.param(GOOD, ("--ignore", "sub-paths"), 2, id="no-rule"),
        pytest.param(GOOD, ("--subjects", "/gone"), 2, id="no-subjects"),
        pytest.param(GOOD, ("--output", "xml"), 2, id="no-form"),
    ],
)
def test_exit_codes(tmp_path: Path, text: str, flags: tuple[str, ...], code: int) -> None:
    (tmp_path / "file.yaml").write_text(text)
    assert command_line.run("check", str(tmp_path / "file.yaml"), *flags).code == code


def test_nothing_to_check_is_said() -> None:
    ended = command_line.run("check")
    assert ended.code == 2
    assert "nothing to check is named" in ended.errors


def test_rules_are_told() -> None:
    assert "This is right:" in command_line.run("check", "--explain", "sub-path").output
    assert "sub-path " in command_line.run("check", "--list-rules").output
    assert '"name": "sub-path"' in command_line.run("check", "--explain", "sub-path", "-o", "json").output
    ended = command_line.run("check", "--explain", "subpath")
    assert (ended.code, 'did you mean "sub-path"?' in ended.errors) == (2, True)


def test_help_has_examples() -> None:
    assert "keyferry check deploy/" in command_line.run("check", "--help").output


@pytest.mark.parametrize(
    ("begun", "completed"),
    [
        pytest.param("sub-p", ["sub-path"], id="one"),
        pytest.param("invalid,sub-p", ["invalid,sub-path"], id="behind-a-comma"),
        pytest.param("nope", [], id="none"),
    ],
)
def test_rules_are_completed(begun: str, completed: list[str]) -> None:
    assert check.rules_beginning(begun) == completed


def test_a_shell_is_told_the_rules() -> None:
    line = "keyferry check --explain sub-p"
    asked = {"_KEYFERRY_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": "3"}
    told = subprocess.run(
        [sys.executable, "-c", "from keyferry.cli.main import main; main()"],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stdout.split() == ["sub-path"], told.stderr
