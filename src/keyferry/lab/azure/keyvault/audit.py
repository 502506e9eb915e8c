"""The audit log: a record for each request, as the service's diagnostic log has it.

https://learn.microsoft.com/azure/key-vault/general/logging
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

KEPT_RECORDS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One request. It never holds a value; `client_info` the User-Agent, `correlation_id` the client's request id."""

    time: datetime
    vault: str
    resource_id: str
    operation: str  # as SecretGet; `Authentication` for a request without a usable token
    status: int
    result_signature: str
    result_description: str
    object_id: str  # address of the secret, "" where the request names none
    caller_object_id: str
    caller_client_id: str
    caller_resource_id: str
    applied_assignment_id: str
    correlation_id: str
    client_info: str


class AuditLog:
    """The latest records, the oldest first."""

    def __init__(self) -> None:
        self._records: deque[AuditRecord] = deque(maxlen=KEPT_RECORDS)

    def __iter__(self) -> Iterator[AuditRecord]:
        return iter(tuple(self._records))

    def __len__(self) -> int:
        return len(self._records)

    def add(self, record: AuditRecord) -> None:
        """Keep the record, and forget the oldest where there are too many."""
        self._records.append(record)


def signature(status: int) -> str:
    """Return the service's word for a status."""
    known = {
        200: "OK",
        204: "OK",
        400: "Bad Request",
        401: "Unauthorized",
        403: "Forbidden",
        404: "Not Found",
        409: "Conflict",
    }
    return known.get(status, "Too Many Requests" if status == 429 else "Error")
