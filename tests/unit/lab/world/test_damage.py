from datetime import UTC, datetime, timedelta

import pytest

from keyferry.lab.world import damage
from keyferry.lab.world.faults import Fault, Kind
from keyferry.lab.world.http import Partial, Reset, Response

NOW = datetime(2026, 11, 22, 12, 0, 0, 5, tzinfo=UTC)
WHOLE = Response(status=200, headers=(("Content-Type", "application/json"), ("Retry-After", "5")), body=b"0123456789")
EMPTY = Response(status=204)


@pytest.mark.parametrize(
    ("response", "kind", "seen"),
    [
        pytest.param(WHOLE, Kind.NONE, WHOLE, id="whole"),
        pytest.param(WHOLE, Kind.STALL, Partial(response=WHOLE, sent_bytes=0, stalls=True), id="stall"),
        pytest.param(WHOLE, Kind.STALL_MIDWAY, Partial(response=WHOLE, sent_bytes=5, stalls=True), id="midway"),
        pytest.param(WHOLE, Kind.CUT, Partial(response=WHOLE, sent_bytes=5, stalls=False), id="cut"),
        pytest.param(
            WHOLE, Kind.GARBAGE, Response(status=200, headers=WHOLE.headers, body=damage.GARBAGE), id="garbage"
        ),
        pytest.param(EMPTY, Kind.STALL, Reset(), id="nothing-to-stall"),
        pytest.param(EMPTY, Kind.CUT, Reset(), id="nothing-to-cut"),
    ],
)
def test_what_a_client_sees(response: Response, kind: Kind, seen: object) -> None:
    assert damage.damaged(response, kind) == seen


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        pytest.param(Fault(retry_after=timedelta(seconds=9)), "5", id="as-the-service-does"),
        pytest.param(
            Fault(retry_after=timedelta(seconds=9), retry_after_date=True), "Sun, 22 Nov 2026 12:00:09 GMT", id="a-date"
        ),
        pytest.param(Fault(retry_after_date=True), "5", id="no-time-to-tell"),
    ],
)
def test_a_date_takes_the_place_of_seconds(fault: Fault, told: str) -> None:
    assert dict(damage.told_late(WHOLE, fault, NOW).headers)["Retry-After"] == told


def test_a_service_tells_the_date_that_it_believes_in() -> None:
    response = damage.dated(Response(status=204, headers=(("date", "yesterday"),)), NOW)
    assert response.headers == (("Date", "Sun, 22 Nov 2026 12:00:00 GMT"),)


@pytest.mark.parametrize(
    ("wait", "told"),
    [
        pytest.param(timedelta(0), "0", id="at-once"),
        pytest.param(timedelta(milliseconds=3), "1", id="a-fraction"),
        pytest.param(timedelta(seconds=7), "7", id="whole"),
    ],
)
def test_a_wait_is_never_told_too_short(wait: timedelta, told: str) -> None:
    assert damage.whole_seconds(wait) == told
