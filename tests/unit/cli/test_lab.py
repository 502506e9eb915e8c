"""What `keyferry lab` refuses before it starts; what it does is in test_lab_run.py."""

import socket
from pathlib import Path

import pytest

from tests.fakes import command_line
from tests.fakes.lab_azure import TENANT


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(None, ["cannot be read", "No such file"], id="missing"),
        pytest.param("a: [", ["is not YAML", "line"], id="no-yaml"),
        pytest.param(f"tenants: [{{id: {TENANT}}}]\nnonsense: 1", ["wrong at nonsense"], id="an-unknown-field"),
        pytest.param("tenants: [{id: 5}]", ["wrong at tenants[0].id"], id="a-wrong-field"),
        pytest.param("vaults: [{name: kv-a, secrets: {a b: {value: x}}}]", ["wrong at"], id="a-wrong-name"),
    ],
)
def test_a_seed_that_is_wrong(tmp_path: Path, content: str | None, words: list[str]) -> None:
    path = tmp_path / "lab.yaml"
    if content is not None:
        path.write_text(content)
    ended = command_line.run("lab", "--seed", str(path), "--dir", str(tmp_path / "lab"))
    assert ended.code == 2
    assert [word for word in words if word not in ended.errors] == []
    assert "to mend it:" in ended.errors
    assert not (tmp_path / "lab").exists()


@pytest.mark.parametrize("flag", ["--kubernetes-port", "--azure-port", "--proxy-port"])
def test_a_port_in_use(folder: Path, flag: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = command_line.run("lab", flag, str(port), "--dir", str(folder))
    assert ended.code == 2
    assert ended.lines[0].startswith(f"error: port {port} on 127.0.0.1 is in use")


@pytest.mark.parametrize("port", ["70000", "-1", "http"])
def test_a_port_that_is_none(port: str) -> None:
    assert command_line.run("lab", "--azure-port", port).code == 2


def test_a_folder_too_deep_for_a_socket(tmp_path: Path) -> None:
    ended = command_line.run("lab", "--dir", str(tmp_path / ("x" * 100)))
    assert ended.code == 2
    assert "too long for a socket" in ended.errors
