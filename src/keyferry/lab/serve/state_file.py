"""The file in which a lab outlives its process: SQLite, one row for each object, one transaction for each change.

A change that is written survives the process being killed, though not the machine losing power: SQLite's WAL with
`synchronous=NORMAL` (https://www.sqlite.org/wal.html). It holds values and private keys, so it is its owner's alone.
"""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final, Self

from keyferry.lab.azure.persistence.journal import Changes
from keyferry.lab.azure.persistence.tables import RowKey
from keyferry.lab.serve.options import OptionError

APPLICATION_ID: Final = 0x6B664C61  # tells a lab's file from other databases
SCHEMA_VERSION: Final = 1
LOCK_SECONDS: Final = 0.0

_SCHEMA: Final = """
CREATE TABLE rows (
  id INTEGER PRIMARY KEY,
  part TEXT NOT NULL, scope TEXT NOT NULL, name TEXT NOT NULL,
  content BLOB NOT NULL,
  UNIQUE (part, scope, name)
)"""
_PUT: Final = (
    "INSERT INTO rows (part, scope, name, content) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (part, scope, name) DO UPDATE SET content = excluded.content"
)


class StateFileError(OptionError):
    """The file cannot hold this lab's state; the message says why, and the way out."""


class StateFile:
    """One open file, which no other lab can open meanwhile. Rows keep the order in which they were first written."""

    def __init__(self, connection: sqlite3.Connection, *, is_new: bool) -> None:
        self._connection = connection
        self.is_new = is_new  # nothing has been written yet

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file, or make it. StateFileError where it is another's, in use, or of another version."""
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK, 0o600))  # else a pipe is waited for
            if not path.is_file():
                raise StateFileError(f"{path} is no file: name another with --state")
            connection = sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level=None)
        except (OSError, sqlite3.Error) as refusal:
            raise _unusable(path, getattr(refusal, "strerror", None) or "it cannot be opened") from None
        try:
            return cls(connection, is_new=_prepare(connection, path))
        except BaseException:
            connection.close()
            raise

    def read(self) -> Mapping[RowKey, bytes]:
        """Return all rows."""
        with closing(self._connection.execute("SELECT part, scope, name, content FROM rows ORDER BY id")) as found:
            return {RowKey(part, scope, name): content for part, scope, name, content in found}

    def write(self, changes: Changes) -> None:
        """Write the changes, all of them or none. sqlite3.Error where that cannot be, as on a full disk."""
        if not changes:
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            gone = [tuple(key) for key in changes.gone]
            self._connection.executemany("DELETE FROM rows WHERE part = ? AND scope = ? AND name = ?", gone)
            self._connection.executemany(_PUT, [(*key, data) for key, data in changes.put.items()])
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _prepare(connection: sqlite3.Connection, path: Path) -> bool:
    """Lock the file and check what it is; make the table where it is empty, and tell whether it was."""
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN IMMEDIATE")  # takes the lock, which exclusive mode then keeps
        application, version = _pragma(connection, "application_id"), _pragma(connection, "user_version")
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        is_new = (application, version, tables) == (0, 0, 0)
        if not is_new:
            _check(application, version, path)
        else:
            connection.execute(_SCHEMA)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
        path.chmod(0o600)  # only now: what is not the lab's keeps its mode
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.Error as refusal:
        raise _why_not(refusal, path) from None
    except OSError as refusal:  # its mode is another user's
        raise _unusable(path, refusal.strerror or "") from None
    return is_new


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    value: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value


def _check(application: int, version: int, path: Path) -> None:
    if application != APPLICATION_ID:
        raise StateFileError(f"{path} is a database, but no lab's state: name another file with --state")
    if version != SCHEMA_VERSION:
        raise StateFileError(
            f"{path} is of version {version}, and this lab writes version {SCHEMA_VERSION}: "
            "start the lab that wrote it, or name another file with --state"
        )


def _why_not(refusal: sqlite3.Error, path: Path) -> StateFileError:
    match refusal.sqlite_errorname:
        case "SQLITE_BUSY" | "SQLITE_LOCKED":
            return StateFileError(f"another lab uses the state file {path}: stop it, or name another file with --state")
        case "SQLITE_NOTADB" | "SQLITE_CORRUPT":
            return StateFileError(f"{path} is no lab's state: name another file with --state")
        case name:
            return _unusable(path, name)


def _unusable(path: Path, why: str) -> StateFileError:
    return StateFileError(f"the state file {path} cannot be used ({why}): name another with --state")
