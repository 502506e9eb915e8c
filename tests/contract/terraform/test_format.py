"""The modules are written as `terraform fmt` writes them."""

import os
import shutil
import subprocess
from importlib import util
from pathlib import Path

import pytest

TERRAFORM = Path(__file__).parents[3] / "deploy" / "terraform"


def test_the_files_are_formatted(tmp_path: Path) -> None:
    command = _command(tmp_path)
    if command is None:
        pytest.skip("there is no terraform, no tofu, and no development package with one for this machine")
    done = subprocess.run(
        [command, "fmt", "-check", "-recursive", "-diff", str(TERRAFORM)],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "CHECKPOINT_DISABLE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _command(folder: Path) -> str | None:
    found = shutil.which("terraform") or shutil.which("tofu")
    package = util.find_spec("cloudrail") if found is None else None
    for place in package.submodule_search_locations or () if package else ():
        shipped = Path(place, "terraform_0_15", "terraform")
        if shipped.is_file():
            found = str(shutil.copy(shipped, folder / "terraform"))
            Path(found).chmod(0o700)
    return found
