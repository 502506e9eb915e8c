"""The federated subjects that a process was told by a file, taken anew when the file changes. Called by cluster."""

import asyncio
from pathlib import Path
from typing import Final

import structlog

from keyferry.admit import subject_files
from keyferry.model.errors import SpecError

POLL_SECONDS: Final = 30.0  # kubelet brings a ConfigMap's change into a pod within a minute

_LOG: Final = structlog.get_logger(__name__)


class Subjects:
    """What the file says; without a file nothing is known. The set is the same one until the file says another."""

    def __init__(self, path: Path | None) -> None:
        """Read the file. SpecError where that cannot be."""
        self._path = path
        self.known: frozenset[str] = frozenset() if path is None else subject_files.read(path)

    def look(self) -> None:
        """Read the file again. One that cannot be read any more leaves what it said last."""
        if self._path is None:
            return
        try:
            found = subject_files.read(self._path)
        except SpecError as refusal:
            _LOG.warning("subjects.unreadable", cause=str(refusal))
            return
        if found != self.known:
            self.known = found
            _LOG.info("subjects.changed", count=len(found))

    async def keep_looking(self) -> None:
        """Look every half minute, until cancelled."""
        while self._path is not None:
            await asyncio.sleep(POLL_SECONDS)
            await asyncio.to_thread(self.look)
