"""Writes the files of a volume so that a reader sees all of one version: the `..data` layout of kubelet's volumes.

1. Write everything into a new folder `..<time>.<random>`. 2. Point `..data_tmp` at it and rename that over `..data`:
from here on every path leads to the new version. 3. Link the names of the top to `..data/<name>`, drop the links that
lead nowhere now, and remove the former folder. Source: https://kubernetes.io/docs/concepts/storage/volumes/#secret
"""

import os
import secrets
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from keyferry.lab.kubernetes.kubelet.content import File

DATA: Final = "..data"
_NEXT: Final = "..data_tmp"
_KEPT: Final = -1  # of os.chown: leave it


def write(folder: Path, files: Mapping[str, File], *, now: datetime, group: int | None = None) -> None:
    """Make `folder` hold exactly `files`. They belong to `group` where this process may give them away."""
    former = folder / (folder / DATA).readlink() if (folder / DATA).is_symlink() else None
    fresh = folder / f"..{now:%Y_%m_%d_%H_%M_%S}.{secrets.randbelow(10**10)}"
    fresh.mkdir()
    fresh.chmod(0o755)
    for path, file in files.items():
        _put(fresh / path, file, group)
    (folder / _NEXT).unlink(missing_ok=True)
    (folder / _NEXT).symlink_to(fresh.name)
    (folder / _NEXT).replace(folder / DATA)
    _link(folder, {path.partition("/")[0] for path in files})
    if former is not None:
        shutil.rmtree(former, ignore_errors=True)


def _put(path: Path, file: File, group: int | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.content)
    if group is not None and os.geteuid() == 0:
        os.chown(path, _KEPT, group)
    path.chmod(file.mode)


def _link(folder: Path, names: set[str]) -> None:
    for name in names:
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(f"{DATA}/{name}")
    for path in folder.iterdir():
        if not path.name.startswith("..") and path.name not in names:
            path.unlink()
