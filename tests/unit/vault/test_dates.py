"""Instants and waits in headers."""

from datetime import UTC, datetime, timedelta

import pytest

from keyferry.vault import dates

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Sun, 22 Nov 2026 12:00:00 GMT", NOON, id="http"),
        pytest.param("Sun, 22 Nov 2026 13:00:00 +0100", NOON, id="another-zone"),
        pytest.param("Sun, 22 Nov 2026 12:00:00 -0000", NOON, id="no-zone"),
        pytest.param("", None, id="none"),
        pytest.param("soon", None, id="words"),
        pytest.param("Sun, 22 Nov 99999999 12:00:00 GMT", None, id="beyond-the-calendar"),
    ],
)
def test_reads_a_date(text: str, expected: datetime | None) -> None:
    assert dates.http_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("20", 20, id="seconds"),
        pytest.param("0.5", 0.5, id="a-part-of-one"),
        pytest.param("1e9", 3_600, id="an-hour-at-most"),
        pytest.param("-1", None, id="negative"),
        pytest.param("nan", None, id="no-number"),
        pytest.param("Sun, 22 Nov 2026 12:00:30 GMT", 30, id="a-date-by-the-vault's-clock"),
        pytest.param("Sun, 22 Nov 2026 11:00:00 GMT", 0, id="a-date-gone-by"),
        pytest.param("Mon, 23 Nov 2026 12:00:00 GMT", 3_600, id="a-date-far-off"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_reads_a_wait(text: str, expected: float | None) -> None:
    assert dates.retry_after(text, NOON) == (None if expected is None else timedelta(seconds=expected))


def test_a_date_without_the_vaults_time_says_nothing() -> None:
    assert dates.retry_after("Sun, 22 Nov 2026 12:00:30 GMT", None) is None
