"""What happened, for people and tests to read: the audit log by numbered records, and the deliveries of events."""

from collections import deque
from itertools import islice
from typing import Any, Final

from keyferry.lab.azure.eventgrid.delivery import Attempt
from keyferry.lab.azure.eventgrid.grid import EventGrid
from keyferry.lab.azure.keyvault import audit_records
from keyferry.lab.azure.keyvault.audit import KEPT_RECORDS, AuditLog, AuditRecord

SHOWN_RECORDS: Final = 1000


class AuditTail:
    """The latest records, numbered from 1 on since the lab started."""

    def __init__(self, log: AuditLog) -> None:
        self._records: deque[tuple[int, AuditRecord]] = deque(maxlen=KEPT_RECORDS)
        self._last = 0
        for record in log:
            self._add(record)
        log.on_record(self._add)

    def shown(self, vault: str, after: int | None) -> dict[str, Any]:
        """Return the first records of a vault ("" for all) with a number beyond `after`; without it, the latest.

        `last` is the number to go on from. Each record is as the service's diagnostic log has it.
        """
        wanted = [each for each in self._records if vault.lower() in ("", each[1].vault.lower())]
        if after is None:
            chosen, last = wanted[-SHOWN_RECORDS:], self._last
        else:
            chosen = list(islice((each for each in wanted if each[0] > after), SHOWN_RECORDS))
            last = chosen[-1][0] if len(chosen) == SHOWN_RECORDS else self._last
        return {"records": [audit_records.document(record) for _, record in chosen], "last": last}

    def _add(self, record: AuditRecord) -> None:
        self._last += 1
        self._records.append((self._last, record))


def events(grid: EventGrid) -> dict[str, Any]:
    """Return the last attempts to deliver, and the last events that were given up."""
    return {
        "deliveries": [_attempt(attempt) for attempt in grid.deliveries()],
        "givenUp": [
            {
                "time": letter.at.isoformat(),
                "subscription": letter.subscription,
                "event": letter.event,
                "reason": letter.reason,
                "kept": letter.kept,
            }
            for letter in grid.given_up()
        ],
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "time": attempt.at.isoformat(),
        "subscription": attempt.subscription,
        "address": attempt.address,
        "kind": attempt.kind,
        "events": list(attempt.events),
        "subjects": list(attempt.subjects),
        "types": list(attempt.types),
        "attempt": attempt.attempt,
        "status": attempt.status,
        "outcome": attempt.outcome,
        "nextAt": attempt.next_at.isoformat() if attempt.next_at else None,
    }
