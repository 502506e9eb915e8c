"""The settings arrive as they were sent, and a process that works holds nothing of what read its flags."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from keyferry.cli import working
from keyferry.cli.operator_settings import OperatorSettings
from keyferry.mount.settings import ProviderSettings, VendorSettings, VolumeSettings
from keyferry.mount.settings import Settings as NodeSettings
from keyferry.restart.settings import Settings as RestartSettings
from keyferry.sync.settings import EventSettings
from keyferry.sync.settings import Settings as DeliverySettings

NODE = NodeSettings(
    node_id="n",
    kubeconfig=Path("/a b/kubeconfig"),
    rotation_interval=timedelta(seconds=90.5),
    provider=ProviderSettings(cloud_file_folders=(Path("/a"), Path("/b")), own_identity_usable_from=frozenset("ab")),
    volumes=VolumeSettings(key_file=Path("/run/key"), without_tmpfs=True),
    vendors=VendorSettings(folders=(), most_bytes=1),
)


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(NODE, id="node"),
        pytest.param(NodeSettings(node_id="n", rotation_interval=None), id="node-by-default"),
        pytest.param(replace(NODE, node_id="ü\n'\"${X}", kubeconfig=Path(os.fsdecode(b"\xff"))), id="odd-bytes"),
    ],
)
def test_settings_of_a_node_arrive(settings: NodeSettings) -> None:
    text = working.encoded(settings)
    assert text.isascii()
    assert working.decoded(text, NodeSettings) == settings


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(OperatorSettings(), id="by-default"),
        pytest.param(
            OperatorSettings(
                delivery=DeliverySettings(
                    kubeconfig=Path("k"),
                    own_identity_usable_from=frozenset(),
                    events=EventSettings(address=":1", key_file=Path("/key")),
                ),
                restarts=RestartSettings(budget=0, reloader=False),
            ),
            id="all-kinds",
        ),
    ],
)
def test_settings_of_an_operator_arrive(settings: OperatorSettings) -> None:
    assert working.decoded(working.encoded(settings), OperatorSettings) == settings


@pytest.mark.parametrize(("command", "verb"), [("node", "mount"), ("operator", "sync")])
def test_a_process_that_works_has_not_loaded_what_reads_flags(command: str, verb: str) -> None:
    code = f"import sys; from keyferry.cli import working; from keyferry.{verb} import run; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code, command], capture_output=True, text=True, check=True)
    assert set(ended.stdout.split()) & {"typer", "click", "pydantic", "rich", "pygments"} == set()


def test_a_crash_leaves_no_image_of_values() -> None:
    code = (
        "import resource; from keyferry.cli import working; most = resource.getrlimit(resource.RLIMIT_CORE)[1];"
        "resource.setrlimit(resource.RLIMIT_CORE, (most, most));"  # what may be raised, some test has lowered
        "working.leave_no_dump(); print(*resource.getrlimit(resource.RLIMIT_CORE))"
    )
    ended = subprocess.run([sys.executable, "-u", "-c", code], capture_output=True, text=True, check=False)
    assert ended.stdout == "0 0\n"


@pytest.mark.parametrize("command", ["node", "operator"])
def test_the_process_that_begins_anew_ends_as_the_command(command: str, tmp_path: Path) -> None:
    (tmp_path / "typing.py").write_text("raise SystemExit(77)")  # of the current folder nothing is loaded
    (tmp_path / "kubeconfig").write_text("[]")
    words = ["keyferry", command, "--kubeconfig", "kubeconfig"]
    script = f"import sys; sys.argv = {words}; from keyferry.cli.main import main; main()"
    ended = subprocess.run(
        [sys.executable, "-P", "-c", script], check=False, capture_output=True, text=True, cwd=tmp_path
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("error: ")
    assert "Traceback" not in ended.stderr
