"""Finds the socket of another vendor's provider. Called by provider_client.

A provider serves `<folder>/<provider>.sock`; the first folder that has one wins. Source: the search of the Secrets
Store CSI driver, pkg/secrets-store/provider_client.go.
"""

import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from keyferry.model.errors import NotFound, SpecError

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A socket, and which one it was: a provider that starts again makes another under the same name."""

    path: Path
    device: int
    inode: int
    created_ns: int


def find(provider: str, folders: Sequence[Path]) -> Found:
    """Return the provider's socket. SpecError for what is no provider's name, NotFound where there is none."""
    if not _NAME.fullmatch(provider):
        raise SpecError(
            what="the SecretProviderClass names no provider that can be",
            cause="a provider's name has 1 to 30 letters, digits, _ and -",
            remedy="set spec.provider to azure, or to the name of an installed provider",
        )
    for folder in folders:
        found = _socket(folder / f"{provider}.sock")
        if found is not None:
            return found
    raise NotFound(
        what=f"provider not found: provider {provider!r}",
        cause="none of the folders for providers has its socket: " + ", ".join(map(str, folders)),
        remedy="install that provider on this node, or see that --provider-volume names its folder",
    )


def _socket(path: Path) -> Found | None:
    try:
        status = path.stat()
    except OSError:
        return None
    if not stat.S_ISSOCK(status.st_mode):
        return None
    return Found(path=path, device=status.st_dev, inode=status.st_ino, created_ns=status.st_ctime_ns)
