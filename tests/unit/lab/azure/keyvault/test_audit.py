import pytest

from keyferry.lab.azure.keyvault import audit
from keyferry.lab.azure.keyvault.audit import KEPT_RECORDS, AuditLog, AuditRecord
from tests.fakes import lab_azure
from tests.fakes.lab_azure import caller


def test_keeps_the_latest_records() -> None:
    world = lab_azure.azure()
    caller(world)("GET", "/secrets/db-password")
    (record,) = world.audit
    log = AuditLog()
    for _ in range(KEPT_RECORDS + 5):
        log.add(record)
    assert len(log) == KEPT_RECORDS


def test_who_listens_gets_each_record() -> None:
    world = lab_azure.azure()
    heard: list[AuditRecord] = []
    world.audit.on_record(heard.append)
    caller(world)("GET", "/secrets/db-password")
    assert heard == list(world.audit)


@pytest.mark.parametrize(
    ("status", "word"),
    [
        pytest.param(204, "OK", id="done"),
        pytest.param(404, "Not Found", id="missing"),
        pytest.param(429, "Too Many Requests", id="throttled"),
        pytest.param(503, "Error", id="anything-else"),
    ],
)
def test_signature(status: int, word: str) -> None:
    assert audit.signature(status) == word
