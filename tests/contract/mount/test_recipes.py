"""The programs of docs/how-to/read-secrets-from-files.md, run as they are printed, on a real volume that rotates."""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from keyferry.mount.disk.volumes import Volumes
from keyferry.mount.settings import VolumeSettings
from tests.fakes import programs
from tests.fakes.patience import patient
from tests.fakes.volumes import kernel_that_mounts, payload, request, target, unmount_all

GUIDE = Path(__file__).parents[3] / "docs" / "how-to" / "read-secrets-from-files.md"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    try:
        kernel_that_mounts()
        yield tmp_path
    finally:
        unmount_all(tmp_path)


def program(language: str, folder: Path, name: str) -> Path:
    """Write the first block of a language to a file."""
    path = folder / name
    path.write_text(next(body for found, body in FENCE.findall(GUIDE.read_text()) if found == language))
    return path


@pytest.mark.parametrize(
    ("language", "interpreter", "name"),
    [
        pytest.param("python", sys.executable, "recipe.py", id="python"),
        pytest.param("javascript", "node", "recipe.js", id="node"),
        pytest.param("java", "java", "ReadSecrets.java", id="java"),
        pytest.param("bash", "bash", "recipe.sh", id="shell"),
    ],
)
async def test_a_recipe_shows_every_version(language: str, interpreter: str, name: str, root: Path) -> None:
    found = shutil.which(interpreter)
    if found is None:
        pytest.skip(f"no {interpreter} on this machine")
    volumes = Volumes(VolumeSettings(kubelet_root=root, folder=root / "plugin"))
    path = target(root)
    await volumes.make(request(path))
    await volumes.fill(path, payload({"db-user": "ada", "db-password": "one"}))
    command = [found, str(program(language, root, name)), path]
    try:
        async with programs.running(*command) as running, patient():
            assert running.stdout is not None
            assert await running.stdout.readline() == b"ada one\n"
            for user, password in (("bob", "two"), ("cid", "three")):
                await volumes.fill(path, payload({"db-user": user, "db-password": password}))
                assert await running.stdout.readline() == f"{user} {password}\n".encode()
    finally:
        await volumes.aclose()
