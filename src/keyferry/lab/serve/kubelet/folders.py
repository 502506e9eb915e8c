"""Folders of a node, made and removed as a kubelet does."""

import shutil
from pathlib import Path
from typing import Final

MODE: Final = 0o750


def make(folder: Path) -> None:
    """Make a folder and those above it that are missing, each with mode 0750."""
    if not folder.is_dir():
        make(folder.parent)
        folder.mkdir(mode=MODE, exist_ok=True)


def remove(folder: Path) -> None:
    """Remove a folder with what is in it, as far as that can be: it is the node's own, and nothing is mounted there."""
    shutil.rmtree(folder, ignore_errors=True)
