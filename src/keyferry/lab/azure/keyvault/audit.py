"""The audit log: a record for each request, as the service's diagnostic log has it. Its JSON is in `audit_records`.

https://learn.microsoft.com/azure/key-vault/general/logging
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

KEPT_RECORDS: Final = 10_000
_SIGNATURES: Final = {
    200: "OK",
    202: "Accepted",
    204: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    415: "Unsupported Media Type",
    429: "Too Many Requests",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One request. It never holds a value; `client_info` the User-Agent, `correlation_id` the client's request id.

    What is None was not decided: the request was refused before.
    """

    time: datetime
    vault: str
    resource_id: str
    operation: str  # as SecretGet; `Authentication` for a request without a usable token
    api_version: str
    status: int
    result_signature: str
    result_description: str
    object_id: str  # address of the object, the vault's own where the request names none
    request_uri: str
    caller_address: str
    caller_object_id: str
    caller_client_id: str
    caller_resource_id: str
    caller_authentication: str  # the claim `appidacr`: "1" a client secret, "2" a certificate or an assertion
    applied_assignment_id: str
    is_rbac_authorized: bool | None
    is_access_policy_match: bool | None
    is_address_authorized: bool | None
    correlation_id: str
    client_info: str


class AuditLog:
    """The latest records, the oldest first. Everyone who listens gets each record as it is made."""

    def __init__(self) -> None:
        self._records: deque[AuditRecord] = deque(maxlen=KEPT_RECORDS)
        self._listeners: list[Callable[[AuditRecord], None]] = []

    def __iter__(self) -> Iterator[AuditRecord]:
        return iter(tuple(self._records))

    def __len__(self) -> int:
        return len(self._records)

    def on_record(self, callback: Callable[[AuditRecord], None]) -> None:
        """Call back for each record from now on, for a file or a stream."""
        self._listeners.append(callback)

    def add(self, record: AuditRecord) -> None:
        """Keep the record, and forget the oldest where there are too many."""
        self._records.append(record)
        for listener in self._listeners:
            listener(record)


def signature(status: int) -> str:
    """Return the service's word for a status."""
    return _SIGNATURES.get(status, "Error")
