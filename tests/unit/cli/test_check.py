"""`keyferry check` ends as scripts expect."""

from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    ("text", "flags", "code"),
    [
        pytest.param(GOOD, (), 0, id="good"),
        pytest.param(GOOD.replace("/v1", "/v1beta1"), (), 0, id="a-warning"),
        pytest.param(GOOD.replace("/v1", "/v1beta1"), ("--strict",), 1, id="a-warning-when-strict"),
        pytest.param(GOOD.replace("secretKey", "secretKy"), (), 1, id="a-problem"),
        pytest.param("a: [", (), 2, id="no-yaml"),
    ],
)
def test_exit_codes(tmp_path: Path, text: str, flags: tuple[str, ...], code: int) -> None:
    (tmp_path / "file.yaml").write_text(text)
    assert command_line.run("check", str(tmp_path / "file.yaml"), *flags).code == code


def test_help_has_examples() -> None:
    assert "keyferry check deploy/" in command_line.run("check", "--help").output
