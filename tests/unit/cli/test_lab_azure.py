"""What `keyferry lab azure` refuses before it starts, and its environment; what it does is in test_lab_azure_run.py."""

import asyncio
import json
from pathlib import Path

import pytest

from keyferry.cli.session import Session
from tests.fakes import command_line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--seed", "missing.yaml"], "missing.yaml cannot be read", id="seed"),
        pytest.param(["--bind", "everywhere"], "'everywhere' is no IP address", id="bind"),
        pytest.param(["--bind", "192.0.2.1"], "no address 192.0.2.1", id="bind-elsewhere"),
        pytest.param(["--issuer-map", "https://a.example"], "has no =", id="issuer-map"),
        pytest.param(["--issuer-ca", "missing.pem"], "missing.pem cannot be read", id="issuer-ca-missing"),
        pytest.param(["--issuer-ca", "/dev/null"], "holds no certificate", id="issuer-ca-empty"),
        pytest.param(["--endpoint-map", "a=b"], "--endpoint-map cannot be followed", id="endpoint-map"),
        pytest.param(["--endpoint-ca", "/dev/null"], "in PEM with --endpoint-ca", id="endpoint-ca-empty"),
        pytest.param(["--ca-file", "/dev/null/ca.pem"], "cannot be written", id="ca-file"),
        pytest.param(["--audit-file", "/dev/null/audit"], "cannot be written", id="audit-file"),
        pytest.param(["--state", "/dev/null/state"], "cannot be used", id="state-nowhere"),
        pytest.param(["--state", __file__], "is no lab's state", id="state-that-is-none"),
        pytest.param(["--azure-port", "70000"], "Error", id="port"),
    ],
)
def test_what_must_be_edited_is_2(folder: Path, arguments: list[str], words: str) -> None:
    ended = command_line.run("lab", "azure", *arguments, "--dir", str(folder))
    assert ended.code == 2
    assert words in ended.errors
    assert "Traceback" not in ended.errors


def test_print_env_where_no_lab_runs(folder: Path) -> None:
    ended = command_line.run("lab", "azure", "--print-env", "--dir", str(folder))
    assert ended.code == 1
    assert f"no lab runs in {folder}" in ended.errors
    assert "keyferry lab azure" in ended.lines[-1]


@pytest.mark.asyncio(loop_scope="module")
async def test_print_env_beside_a_lab(session: Session) -> None:
    arguments = ("lab", "azure", "--print-env", "--dir", str(session.lab.folder))
    text = await asyncio.to_thread(command_line.run, *arguments)
    assert text.output.splitlines() == [f"export {key}={value}" for key, value in session.lab.environment.items()]
    told = await asyncio.to_thread(command_line.run, *arguments, "-o", "json")
    assert json.loads(told.output) == session.lab.environment
