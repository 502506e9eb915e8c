"""Reads the file that describes AzureStackCloud, anew for each mount, from folders that the administrator allows.

A class names the file, and this process is root: whatever it may read decides where credentials are sent. Called by
mount.azure.provider; calls mount.azure.clouds.
"""

import asyncio
import os
import stat
from pathlib import Path
from typing import Final

from keyferry.identity.federation.clouds import AUTOREST_DEFAULT, Cloud
from keyferry.model.errors import KeyferryError, NotFound, SpecError, Where, foreign
from keyferry.mount.azure import clouds
from keyferry.spec.azure_mount import AzureMount

LIMIT_BYTES: Final = 64 * 1024
_OPENED: Final = Path("/proc/self/fd")


class CloudFiles:
    """Finds the cloud of a mount. `folders` are absolute; with none, AzureStackCloud is refused.

    Links are followed, as a ConfigMap's volume needs it, but never out of the folder: the file that was opened counts,
    not the path that led to it.
    """

    def __init__(self, folders: tuple[Path, ...], default: str = AUTOREST_DEFAULT) -> None:
        self._folders = folders
        self._default = default

    async def cloud_of(self, mount: AzureMount, where: Where) -> Cloud:
        """Return the cloud that `mount` names, or the process's own. Raises SpecError or NotFound."""
        name = mount.cloud or self._default
        if not clouds.is_own(name):
            return clouds.named(name, where)
        if not mount.cloud_file:
            raise SpecError(
                what="AzureStackCloud needs a file that tells its addresses",
                remedy="set cloudEnvFileName to the file's path in the node plugin's container",
                where=where,
            )
        content = await asyncio.to_thread(self.read, mount.cloud_file)
        return clouds.described(content, mount.cloud_file)

    def read(self, path: str) -> bytes:
        """Return what the file holds. SpecError when it lies elsewhere, is no file or too long; NotFound. Blocks."""
        try:
            folder, real = self._confined(path)
            opened = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            raise _missing(path) from None
        except OSError as failure:
            raise _refused(path, failure.strerror or "it cannot be opened") from None
        try:
            if not (_OPENED / str(opened)).readlink().is_relative_to(folder):
                raise self._elsewhere(path)
            if not stat.S_ISREG(os.fstat(opened).st_mode):
                raise _refused(path, "it is not a regular file")
            with os.fdopen(opened, "rb", closefd=False) as file:
                content = file.read(LIMIT_BYTES + 1)
        finally:
            os.close(opened)
        if len(content) > LIMIT_BYTES:
            raise _refused(path, f"it is longer than {LIMIT_BYTES} bytes")
        return content

    def _confined(self, path: str) -> tuple[Path, Path]:
        """Return the allowed folder that holds the file, and the file, both without links."""
        if "\0" in path or not path.startswith("/"):
            raise self._elsewhere(path)
        asked = Path(os.path.normpath(path))
        for folder in self._folders:
            if asked.is_relative_to(folder):
                allowed, real = (Path(os.path.realpath(one, strict=True)) for one in (folder, asked))
                if real.is_relative_to(allowed):
                    return allowed, real
        raise self._elsewhere(path)

    def _elsewhere(self, path: str) -> KeyferryError:
        folders = ", ".join(map(str, self._folders))
        return SpecError(
            what=f"the cloud's file {foreign(path)} may not be read",
            cause=f"files of clouds may lie below {folders} only" if folders else "no folder for such files is allowed",
            remedy="put the file there, or let whoever runs the node plugin allow its folder (--cloud-file-folders)",
            where=Where(kind="file", name=foreign(path)),
        )


def _missing(path: str) -> NotFound:
    return NotFound(
        what=f"the cloud's file {foreign(path)} does not exist",
        remedy="mount it into the node plugin's container, or correct cloudEnvFileName",
        where=Where(kind="file", name=foreign(path)),
    )


def _refused(path: str, cause: str) -> SpecError:
    return SpecError(
        what=f"the cloud's file {foreign(path)} cannot be used",
        cause=cause,
        remedy=f"let cloudEnvFileName name a readable file of at most {LIMIT_BYTES} bytes",
        where=Where(kind="file", name=foreign(path)),
    )
