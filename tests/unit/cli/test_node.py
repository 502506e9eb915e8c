"""What `keyferry node` refuses before it starts; what it does is in tests/unit/mount/test_run.py."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from keyferry.cli import node
from keyferry.model.errors import SpecError
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


def test_the_flags_of_the_upstream_driver_and_provider_are_there() -> None:
    shown = command_line.run("node", "--help").output
    flags = ["--endpoint", "--drivername", "--nodeid", "--provider-volume", "--additional-provider-volume-paths"]
    flags += ["--metrics-addr", "--enable-secret-rotation", "--rotation-poll-interval", "--max-call-recv-msg-size"]
    flags += ["--construct-pem-chain", "--write-cert-and-key-in-separate-files", "--cloud-name", "--token-proxy-url"]
    assert [flag for flag in flags if flag not in shown] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2m", timedelta(minutes=2), id="minutes"),
        pytest.param("1s", timedelta(seconds=1), id="least"),
        pytest.param("999ms", None, id="too-short"),
        pytest.param("-2m", None, id="negative"),
        pytest.param("soon", None, id="no-duration"),
        pytest.param("", None, id="empty"),
    ],
)
def test_reads_the_interval(text: str, expected: timedelta | None) -> None:
    if expected is None:
        with pytest.raises(SpecError):
            node.interval(text)
    else:
        assert node.interval(text) == expected


def test_reads_folders() -> None:
    assert node.folders("/a, /b,,") == (Path("/a"), Path("/b"))
    assert node.folders("") == ()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        pytest.param(["--endpoint", ""], "nothing to serve", id="nothing-to-serve"),
        pytest.param(["--endpoint", "tcp://127.0.0.1:1", "--nodeid", "n"], "--endpoint", id="no-unix-socket"),
        pytest.param(["--drivername", "-", "--nodeid", "n"], "--drivername", id="no-name-of-a-driver"),
        pytest.param([], "--nodeid", id="nameless-node"),
        pytest.param(["--nodeid", "n", "--cloud-name", "Azure"], "--cloud-name", id="no-cloud"),
        pytest.param(["--endpoint", "", "--provider-endpoint", "here"], "--provider-endpoint", id="no-socket"),
    ],
)
def test_refuses_what_cannot_be_with_code_2(flags: list[str], words: str, kubeconfig: Path) -> None:
    result = command_line.run("node", "--kubeconfig", str(kubeconfig), "--metrics-addr", "127.0.0.1:0", *flags)
    assert result.code == 2
    assert words in result.errors
