import subprocess
import sys
from pathlib import Path

from keyferry.lab.serve.kubelet import child
from tests.fakes.patience import PATIENCE


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", child.__file__, str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_becomes_the_program_in_its_folder(tmp_path: Path) -> None:
    done = run(tmp_path, "sh", "-c", "pwd; exit 3")
    assert (done.returncode, done.stdout) == (3, f"{tmp_path}\n")


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = run(tmp_path, "no-such-program")
    assert (done.returncode, done.stderr) == (128, "no-such-program cannot be started: No such file or directory\n")
