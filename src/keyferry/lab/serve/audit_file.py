"""The audit log as a file of JSON lines, as an event hub or a storage account would give it to a log collector."""

from pathlib import Path
from typing import IO

from keyferry.lab.azure.keyvault import audit_records
from keyferry.lab.azure.keyvault.audit import AuditLog, AuditRecord
from keyferry.lab.serve.options import OptionError


class AuditFile:
    """Appends each record from the opening on, whole lines at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def open(self, log: AuditLog) -> None:
        """Begin to write, with mode 0600 where the file is new. OptionError where it cannot be written."""
        try:
            self._path.touch(mode=0o600)
            self._file = self._path.open("a", buffering=1)
        except OSError as refusal:
            raise OptionError(f"{self._path} cannot be written ({refusal.strerror}): choose another place") from refusal
        log.on_record(self._add)

    def close(self) -> None:
        """Write no more."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _add(self, record: AuditRecord) -> None:
        if self._file is not None:
            self._file.write(f"{audit_records.line(record)}\n")
