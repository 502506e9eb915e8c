from dataclasses import replace
from datetime import timedelta

from keyferry.lab.azure.admin import records
from keyferry.lab.azure.admin.records import SHOWN_RECORDS, AuditTail
from keyferry.lab.azure.eventgrid.delivery import Attempt, DeadLetter
from keyferry.lab.azure.eventgrid.grid import EventGrid
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, caller


class Told(EventGrid):
    """Deliveries as a test wants them, and nothing behind them."""

    def __init__(self, attempt: Attempt, letter: DeadLetter) -> None:
        self._told, self._lost = attempt, letter

    def deliveries(self) -> tuple[Attempt, ...]:
        """One, and one that is tried again."""
        return self._told, replace(self._told, status=None, next_at=NOW + timedelta(seconds=10))

    def given_up(self) -> tuple[DeadLetter, ...]:
        """One."""
        return (self._lost,)


def test_records_are_read_on_from_where_one_was() -> None:
    azure = lab_azure.azure()
    call = caller(azure)
    call("GET", "/secrets/db-password")
    tail = AuditTail(azure.audit)
    first = tail.shown("", None)
    assert (len(first["records"]), first["last"]) == (1, 1)
    call("GET", "/secrets/json-thing")
    call("GET", "/secrets/alone", host="kv-two.vault.azure.net")
    assert len(tail.shown("KV-ONE", None)["records"]) == 2
    news = tail.shown("", first["last"])
    assert [record["properties"]["httpStatusCode"] for record in news["records"]] == [200, 403]
    assert tail.shown("", news["last"]) == {"records": [], "last": 3}


def test_many_records_come_in_parts() -> None:
    azure = lab_azure.azure()
    caller(azure)("GET", "/secrets/db-password")
    (record,) = azure.audit
    for _ in range(SHOWN_RECORDS):
        azure.audit.add(record)
    tail = AuditTail(azure.audit)
    first = tail.shown("", 0)
    assert (len(first["records"]), first["last"]) == (SHOWN_RECORDS, SHOWN_RECORDS)
    rest = tail.shown("", first["last"])
    assert (len(rest["records"]), rest["last"]) == (1, SHOWN_RECORDS + 1)


def test_deliveries_are_shown_without_what_was_delivered() -> None:
    attempt = Attempt(
        at=NOW,
        subscription="/s",
        address="https://a/hook",
        kind="Notification",
        events=("e1",),
        subjects=("db-password",),
        types=("Microsoft.KeyVault.SecretNewVersionCreated",),
        attempt=1,
        status=200,
        outcome="Success",
    )
    letter = DeadLetter(at=NOW, subscription="/s", event="e0", reason="r", kept=True, container="c", line=b"hidden")
    shown = records.events(Told(attempt, letter))
    assert [each["nextAt"] for each in shown["deliveries"]] == [None, "2026-11-22T12:00:10+00:00"]
    assert shown["givenUp"][0]["reason"] == "r"
    assert "hidden" not in str(shown)
