"""What `keyferry operator` refuses before it starts; what it does is in tests/unit/sync/test_run.py."""

import socket
from pathlib import Path

import pytest
import yaml

from keyferry.cli import operator
from tests.fakes import command_line

KUBECONFIG = {
    "current-context": "c",
    "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:1"}}],
    "users": [{"name": "c", "user": {}}],
    "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}],
}


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Path:
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(KUBECONFIG))
    return path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("*", None, id="all"),
        pytest.param("", frozenset(), id="none"),
        pytest.param("app, web\tshop", frozenset({"app", "web", "shop"}), id="some"),
    ],
)
def test_reads_the_namespaces_of_the_operators_own_identity(text: str, expected: frozenset[str] | None) -> None:
    assert operator.namespaces(text) == expected


def test_every_setting_is_a_flag() -> None:
    shown = command_line.run("operator", "--help").output
    flags = ["--kubeconfig", "--context", "--namespace", "--tenant-id", "--controller-class", "--concurrent"]
    flags += [
        "--own-identity-usable-from",
        "--metrics-addr",
        "--leader-elect",
        "--lease-namespace",
        "AZURE_TENANT_ID",
        "POD_NAMESPACE",
    ]
    assert [flag for flag in flags if flag not in shown] == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(None, "does not exist", id="missing"),
        pytest.param("[", "kubeconfig", id="no-yaml"),
        pytest.param("[]", "kubeconfig", id="no-kubeconfig"),
        pytest.param("current-context: gone", "gone", id="no-such-context"),
    ],
)
def test_a_kubeconfig_that_is_none(tmp_path: Path, content: str | None, words: str) -> None:
    path = tmp_path / "kubeconfig"
    if content is not None:
        path.write_text(content)
    ended = command_line.run("operator", "--kubeconfig", str(path))
    assert ended.code == 2
    assert words in ended.errors
    assert "Traceback" not in ended.errors


def test_a_context_that_the_kubeconfig_has_not(kubeconfig: Path) -> None:
    ended = command_line.run("operator", "--kubeconfig", str(kubeconfig), "--context", "gone")
    assert ended.code == 2
    assert "gone" in ended.errors


@pytest.mark.parametrize("address", ["8080", "localhost:http", ":70000"])
def test_an_address_that_is_none(kubeconfig: Path, address: str) -> None:
    ended = command_line.run("operator", "--kubeconfig", str(kubeconfig), "--metrics-addr", address)
    assert ended.code == 2
    assert f"'{address}' is not an address" in ended.errors
    assert "to mend it:" in ended.errors


def test_a_port_in_use(kubeconfig: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        ended = command_line.run("operator", "--kubeconfig", str(kubeconfig), "--metrics-addr", address)
    assert ended.code == 2
    assert ended.lines == [
        f"error: cannot listen on {address}",
        "cause: the port is in use",
        "to mend it: stop what listens there, or choose another with --metrics-addr (port 0 takes a free one)",
    ]
