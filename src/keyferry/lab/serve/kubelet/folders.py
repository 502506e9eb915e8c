"""Folders of a node, made and removed as a kubelet does."""

import shutil
from pathlib import Path
from typing import Final

from keyferry.lab.serve.kubelet import mounts

MODE: Final = 0o750


def make(folder: Path) -> None:
    """Make a folder and those above it that are missing, each with mode 0750."""
    if not folder.is_dir():
        make(folder.parent)
        folder.mkdir(mode=MODE, exist_ok=True)


def remove(folder: Path) -> None:
    """Remove a folder with what is in it; where something is mounted in it, leave all: that may be anybody's."""
    if not mounts.below(folder.resolve(), mounts.table()):
        shutil.rmtree(folder, ignore_errors=True)
