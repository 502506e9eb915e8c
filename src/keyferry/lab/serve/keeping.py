"""Keeps an Azure in a state file: what a request changed is written before its answer goes out.

What changes without a request (time, deliveries of events) is written every few seconds, and at the end.
"""

import asyncio
import logging
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NoReturn, Self

import msgspec

from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.persistence import codec, estate, tables
from keyferry.lab.azure.persistence.codec import UnreadableError
from keyferry.lab.azure.persistence.journal import Changes, Journal
from keyferry.lab.azure.persistence.tables import ONLY, RowKey, Table
from keyferry.lab.azure.seed import Seed
from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.state_file import StateFile, StateFileError
from keyferry.lab.world.clock import Clock
from keyferry.lab.world.http import Request

SWEEP_SECONDS: Final = 5.0
_SEED: Final = RowKey("lab.seed", "", ONLY)
_AUTHORITY: Final = RowKey("lab.authority", "", ONLY)
_CLOCK: Final = RowKey("lab.clock", "", ONLY)
_LOG: Final = logging.getLogger("keyferry.lab.state")


class NotKeptError(Exception):
    """A change could not be written, so nobody may be told that it happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a lab begins with: all of it from the state file where that is not new."""

    seed: Seed
    authority: Authority
    clock: Clock

    @classmethod
    def of(cls, file: StateFile | None, seed: Seed, system: datetime) -> Self:
        """Return the origin of a lab that begins at the machine's instant `system`. StateFileError as `read_rows`."""
        if file is None or file.is_new:
            return cls(seed=seed, authority=Authority(system), clock=Clock())
        rows = file.read()
        try:
            kept = codec.decode(rows[_SEED], Seed)
            pem, offset = codec.decode(rows[_AUTHORITY], str), codec.decode(rows[_CLOCK], timedelta)
        except (KeyError, UnreadableError):
            _refuse()
        authority = Authority(system, pem.encode())
        return cls(seed=estate.restored_seed(kept), authority=authority, clock=Clock(offset))


class Keeper:
    """Writes the changes of one Azure into one file. Restores it from there where the file is not new."""

    def __init__(self, file: StateFile, azure: Azure, origin: Origin) -> None:
        self._file = file
        self._journal = Journal(azure, _around(origin))
        self._next: asyncio.TimerHandle | None = None
        if file.is_new:
            file.write(self._journal.all())
            return
        try:
            self._journal.restore(file.read())
        except UnreadableError:
            _refuse()

    def watch(self) -> None:
        """Write all changes every few seconds from now on. Needs a running loop."""
        try:
            self._write(self._journal.all())
        except NotKeptError:
            _LOG.warning("it is tried again in %s s", SWEEP_SECONDS)
        self._next = asyncio.get_running_loop().call_later(SWEEP_SECONDS, self.watch)

    def after(self, request: Request) -> None:
        """Write what `request` changed. NotKeptError where that cannot be; it is tried again later."""
        self._write(self._journal.after(request))

    def estate(self) -> None:
        """Write what an administrator may have changed. NotKeptError as above."""
        self._write(self._journal.estate())

    def close(self) -> None:
        """Write what is left, and let go of the file."""
        if self._next is not None:
            self._next.cancel()
        try:
            self._write(self._journal.all())
        except NotKeptError:
            _LOG.warning("the last changes are lost")
        finally:
            self._file.close()

    def _write(self, changes: Changes) -> None:
        try:
            self._file.write(changes)
        except sqlite3.Error as refusal:
            self._journal.forget(changes)
            name = getattr(refusal, "sqlite_errorname", type(refusal).__name__)
            _LOG.error("the state file cannot be written: %s", name)
            raise NotKeptError from None


def _around(origin: Origin) -> tuple[Table, ...]:
    """What is in the file beside Azure. `Origin.of` has read it already."""

    def leave(_value: object) -> None:
        """It is there."""

    seed = msgspec.Raw(codec.encode(origin.seed))  # once: it may be large, and it does not change
    return (
        tables.single(_SEED.table, msgspec.Raw, lambda: seed, leave),
        tables.single(_AUTHORITY.table, str, origin.authority.pem.decode, leave),
        tables.single(_CLOCK.table, timedelta, lambda: origin.clock.offset, leave),
    )


def _refuse() -> NoReturn:
    raise StateFileError(
        "the state file holds what this lab does not write: start the lab that wrote it, or name another with --state"
    ) from None
