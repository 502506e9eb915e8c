from datetime import datetime, timedelta
from typing import Any

import pytest

from keyferry.sync.push import schedule
from tests.fakes.push_secrets import NOW, parsed, synced, watched

HOUR = timedelta(hours=1)
NOT_READY = {"type": "Ready", "status": "False", "reason": "Errored", "message": "m"}


@pytest.mark.parametrize(
    ("spec", "status", "now", "woken", "due"),
    [
        pytest.param({}, {}, NOW, False, True, id="never-pushed"),
        pytest.param({}, synced(), NOW, False, False, id="at-rest"),
        pytest.param({}, synced(), NOW, True, True, id="woken"),
        pytest.param({}, synced(), NOW + HOUR, False, True, id="interval"),
        pytest.param({}, synced(syncedResourceVersion="0-x"), NOW, False, True, id="edited"),
        pytest.param({}, synced(conditions=[NOT_READY]), NOW, False, True, id="failed-last"),
        pytest.param({}, synced(refreshTime=None), NOW, False, True, id="no-time"),
        pytest.param({}, synced(), NOW - HOUR, False, True, id="clock-that-ran-ahead"),
        pytest.param({"refreshInterval": "0"}, synced(), NOW + HOUR, True, False, id="once"),
        pytest.param(
            {"refreshInterval": "0"}, synced(syncedResourceVersion="x"), NOW, False, True, id="once-and-edited"
        ),
        pytest.param({"refreshInterval": "1ms"}, synced(), NOW, False, False, id="least-interval"),
    ],
)
def test_is_due(spec: dict[str, Any], status: dict[str, Any], now: datetime, woken: bool, due: bool) -> None:
    assert schedule.is_due(parsed(**spec), watched(status=status).status, now, woken=woken) is due


@pytest.mark.parametrize(
    ("interval", "refreshed", "expected"),
    [
        pytest.param("1h", NOW, HOUR, id="whole"),
        pytest.param("1h", NOW - 2 * HOUR, timedelta(0), id="overdue"),
        pytest.param("1h", None, timedelta(0), id="never"),
        pytest.param("0", NOW, None, id="once"),
    ],
)
def test_wait(interval: str, refreshed: datetime | None, expected: timedelta | None) -> None:
    assert schedule.wait(parsed(refreshInterval=interval), refreshed, NOW) == expected
